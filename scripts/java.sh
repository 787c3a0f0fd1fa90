#!/bin/sh
# Spark needs Java 17: use what is there, else install it when that is allowed, else say how.
set -eu
if command -v java >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  apt-get update -qq && apt-get install -y -qq openjdk-17-jre-headless
else
  echo "Java 17 is missing (needed by the Spark tests). Install openjdk-17-jre-headless, then run this again." >&2
  exit 1
fi
