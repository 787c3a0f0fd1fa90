#!/bin/sh
# The PDF needs Pango: use what is there, else install it when that is allowed, else say how.
# It never fails: everything but `burnish brief --pdf` works without it.
set -eu
PYTHON=${1:-python3}
if "$PYTHON" -c "import ctypes.util as u, sys; sys.exit(not (u.find_library('pango-1.0') and u.find_library('pangoft2-1.0')))"; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  apt-get update -qq && apt-get install -y -qq libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation && exit 0
fi
echo "Pango is missing (needed by burnish brief --pdf only). Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation" >&2
