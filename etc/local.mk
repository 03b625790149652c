# What is installed beside the programs: sample settings, cron entry, systemd units.

# The settings: what the tables in the code say, held to them by tests/test-settings.sh.
dist_man5_MANS = etc/gnomon.conf.5
dist_doc_DATA = etc/gnomon.conf
