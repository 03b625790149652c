/*
 * The commands of gnomon-tally.
 *
 * To add a command: its function here, in a file of its own, and a line in main.c's table.
 * argv[0] is the command's name; each returns the exit status.
 */
#ifndef TALLY_COMMANDS_H
#define TALLY_COMMANDS_H

int check_main(int argc, char **argv);
int count_main(int argc, char **argv);
int extract_command_main(int argc, char **argv);
int hour_command_main(int argc, char **argv);
int past_command_main(int argc, char **argv);
int run_command_main(int argc, char **argv);
int search_command_main(int argc, char **argv);
int settings_command_main(int argc, char **argv);
int status_command_main(int argc, char **argv);
int store_command_main(int argc, char **argv);
int tune_command_main(int argc, char **argv);
int verify_command_main(int argc, char **argv);

#endif
