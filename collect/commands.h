/*
 * What gnomon-collect does, see main.c's table. Each takes the whole command line, and returns
 * the exit status.
 */
#ifndef COLLECT_COMMANDS_H
#define COLLECT_COMMANDS_H

/* gnomon-collect --interface IF */
int commands_live(int argc, char **argv);
/* gnomon-collect --read FILE... */
int commands_read(int argc, char **argv);
/* gnomon-collect --verify FILE... */
int commands_verify(int argc, char **argv);

#endif
