EXTRA_DIST += collect/hour_file.h
