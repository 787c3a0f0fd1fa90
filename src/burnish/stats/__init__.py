"""Small-sample statistics: arrays in, arrays out, no tables and no files."""
