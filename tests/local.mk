include tests/bench/local.mk
