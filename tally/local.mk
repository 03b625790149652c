noinst_LIBRARIES += libtally.a

# Words the parts share.
libtally_a_SOURCES = \
	tally/facts.c tally/facts.h \
	tally/kind.c tally/kind.h \
	tally/observation.h \
	tally/trait.c tally/trait.h tally/trait_text.c

# Reading: captures, link layers, IP.
libtally_a_SOURCES += \
	tally/bpf.c tally/bpf.h \
	tally/capture.c tally/capture.h \
	tally/decode.c tally/decode.h \
	tally/foreign.c tally/foreign.h \
	tally/link.c \
	tally/mapping.c tally/mapping.h \
	tally/octets.h \
	tally/transport.c tally/transport.h

# Counting: from observations to an hour's facts.
libtally_a_SOURCES += \
	tally/arena.c tally/arena.h \
	tally/digest.c tally/digest.h \
	tally/engine.c tally/engine.h \
	tally/feed.h tally/feed_run.c \
	tally/fuse.c tally/fuse.h \
	tally/hours.c tally/hours.h \
	tally/intake.c tally/intake.h \
	tally/lanes.c tally/lanes.h \
	tally/live.c tally/live.h \
	tally/runs.c tally/runs.h \
	tally/settle.c tally/settle.h \
	tally/shard.c tally/shard.h \
	tally/shortfalls.c tally/shortfalls.h \
	tally/slide.c tally/slide.h \
	tally/slots.c tally/slots.h \
	tally/sort.c tally/sort.h \
	tally/table.c tally/table.h tally/table_feed.c tally/table_room.c \
	tally/table_private.h

# The tally at rest.
libtally_a_SOURCES += \
	tally/block.c tally/block.h \
	tally/block_contacts.c tally/block_pairs.c tally/block_traits.c \
	tally/column.c tally/column.h \
	tally/dump.c tally/dump.h tally/dump_json.c tally/dump_text.c \
	tally/format.h \
	tally/hour_section.c tally/hour_section.h \
	tally/missing.c tally/missing.h \
	tally/keep.c tally/keep.h tally/keep_packets.c tally/keep_private.h \
	tally/packer.c tally/packer.h \
	tally/reader.c tally/reader.h tally/reader_block.c tally/reader_private.h tally/reader_seek.c \
	tally/segment.c tally/segment.h \
	tally/status.c tally/status.h tally/status_json.c tally/status_text.c \
	tally/store.c tally/store.h \
	tally/verify.c tally/verify.h \
	tally/writer.c tally/writer.h
EXTRA_DIST += tally/FORMAT.md

# Memory: a day at a time, rolled up.
libtally_a_SOURCES += \
	tally/past.c tally/past.h tally/past_text.c \
	tally/past_block.c tally/past_block.h \
	tally/past_dump.c tally/past_dump.h \
	tally/past_file.c tally/past_file.h \
	tally/past_format.h \
	tally/past_history.c tally/past_history.h \
	tally/past_make.c tally/past_make.h \
	tally/past_scan.c tally/past_scan.h \
	tally/past_tables.c tally/past_tables.h \
	tally/past_traits.c tally/past_traits.h \
	tally/past_writer.c tally/past_writer.h
EXTRA_DIST += tally/PAST.md

# Windows.
libtally_a_SOURCES += \
	tally/axis.c tally/axis.h \
	tally/gather.c tally/gather.h \
	tally/hits.c tally/hits.h \
	tally/merge.c tally/merge.h \
	tally/order.c tally/order.h \
	tally/window.c tally/window.h tally/window_source.c \
	tally/window_count.c tally/window_count.h

# Findings.
libtally_a_SOURCES += \
	tally/bare.c tally/bare.h \
	tally/coverage.c tally/coverage.h \
	tally/detect_balancer.c \
	tally/detect_campaign.c \
	tally/detect_coordinated.c \
	tally/detect_dark.c \
	tally/detect_flood.c \
	tally/detect_hijack.c \
	tally/detect_gap.c \
	tally/detect_hourly.c \
	tally/detect_odd.c \
	tally/detect_portscan.c \
	tally/detect_reset.c \
	tally/detect_signature.c \
	tally/detect_slow.c \
	tally/detect_stealth.c \
	tally/detect_targetset.c \
	tally/detect_traceroute.c \
	tally/dark.c tally/dark.h \
	tally/key_counts.c tally/key_counts.h \
	tally/limits.c tally/limits.h \
	tally/v4_set.c tally/v4_set.h \
	tally/detection.c tally/detection.h \
	tally/group_judge.c tally/group_judge.h \
	tally/singles.c tally/singles.h \
	tally/standing.c tally/standing.h \
	tally/detector.c tally/detector.h \
	tally/group.c tally/group.h \
	tally/join.c tally/join.h \
	tally/handshakes.c tally/handshakes.h \
	tally/learnt.c tally/learnt.h \
	tally/members.c tally/members.h \
	tally/decoys.c tally/decoys.h \
	tally/joint.c tally/joint.h tally/joint_tell.c \
	tally/likeness.c tally/likeness.h \
	tally/askers.c tally/askers.h \
	tally/port_history.h \
	tally/port_window.c tally/port_window.h \
	tally/roster.c tally/roster.h \
	tally/target_path.c tally/target_path.h \
	tally/trial.c tally/trial.h tally/trial_pick.c tally/trial_pick.h \
	tally/route_trace.c tally/route_trace.h \
	tally/weigh.c tally/weigh.h \
	tally/scene.c tally/scene.h \
	tally/finding.c tally/finding.h \
	tally/flood.c tally/flood.h tally/flood_cell.c tally/flood_cell.h tally/flood_tell.c \
	tally/judge.c tally/judge.h \
	tally/judge_reset.c tally/judge_reset.h \
	tally/profile.c tally/profile.h \
	tally/recall.c tally/recall.h \
	tally/reset_signs.c tally/reset_signs.h \
	tally/subject.c tally/subject.h \
	tally/unasked.c tally/unasked.h tally/unasked_find.c tally/unasked_private.h \
	tally/victim.c tally/victim.h \
	tally/visits.c tally/visits.h

# What a site knows beforehand.
libtally_a_SOURCES += \
	tally/infrastructure.c tally/infrastructure.h \
	tally/known.c tally/known.h tally/known_private.h \
	tally/known_load.c tally/known_match.c tally/known_match.h tally/known_misp.c tally/known_text.c \
	tally/port_set.c tally/port_set.h \
	tally/signatures.c tally/signatures.h

# What cron calls.
libtally_a_SOURCES += \
	tally/batch.c tally/batch.h \
	tally/days.c tally/days.h \
	tally/hook.c tally/hook.h \
	tally/hour_files.c tally/hour_files.h \
	tally/aside.c tally/aside.h \
	tally/hour_job.c tally/hour_job.h \
	tally/inputs.c tally/inputs.h \
	tally/leftovers.c tally/leftovers.h \
	tally/pattern.c tally/pattern.h \
	tally/pending.c tally/pending.h \
	tally/plan.c tally/plan.h \
	tally/run.c tally/run.h tally/run_private.h tally/run_tally.c \
	tally/run_days.c tally/run_days.h \
	tally/run_findings.c \
	tally/run_past.c \
	tally/run_sensor.c tally/run_sensor.h \
	tally/strays.c tally/strays.h \
	tally/watched.c tally/watched.h

# Looking back.
libtally_a_SOURCES += \
	tally/address_set.c tally/address_set.h \
	tally/search.c tally/search.h \
	tally/search_files.c tally/search_files.h \
	tally/search_lines.c tally/search_lines.h \
	tally/search_run.c tally/search_run.h \
	tally/search_summary.c tally/search_summary.h \
	tally/search_trait.c tally/search_trait.h

# Packets picked out of captures.
libtally_a_SOURCES += \
	tally/captures.c tally/captures.h \
	tally/extract.c tally/extract.h \
	tally/lacking.c tally/lacking.h \
	tally/pick.c tally/pick.h \
	tally/pile.c tally/pile.h \
	tally/savefile.h

# Other thresholds.
libtally_a_SOURCES += \
	tally/tune.c tally/tune.h \
	tally/tune_day.c tally/tune_day.h \
	tally/tune_days.c tally/tune_days.h \
	tally/tune_lines.c tally/tune_lines.h \
	tally/tune_store.c tally/tune_store.h \
	tally/tune_table.c tally/tune_table.h

# What home would fit.
libtally_a_SOURCES += \
	tally/homeguess.c tally/homeguess.h

# The program.
libtally_a_SOURCES += \
	tally/command.c tally/command.h \
	tally/options.c tally/options.h \
	tally/selftest.c tally/selftest.h \
	tally/site_groups.c tally/site_groups.h

bin_PROGRAMS += gnomon-tally
gnomon_tally_SOURCES = \
	tally/check.c \
	tally/commands.h \
	tally/count.c \
	tally/count_lines.c tally/count_lines.h \
	tally/count_store.c tally/count_store.h \
	tally/extract_command.c \
	tally/hour_command.c \
	tally/main.c \
	tally/past_command.c \
	tally/run_command.c \
	tally/search_command.c \
	tally/settings_command.c \
	tally/status_command.c \
	tally/store_command.c \
	tally/tune_command.c \
	tally/verify_command.c
gnomon_tally_LDADD = libtally.a libcommon.a $(LIBS_ALL)
dist_man1_MANS = tally/gnomon-tally.1
