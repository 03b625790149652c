# What is installed beside the programs: sample settings, cron entry, systemd units.
