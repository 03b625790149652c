/*
 * What a subject did in one window, as far as the tallies know: whom it hit by what, who
 * answered, what its packets have in common. Everything judged or printed about a finding comes
 * from here. Lists are cut, and say of how many.
 */
#ifndef TALLY_PROFILE_H
#define TALLY_PROFILE_H

#include "tally/subject.h"

enum { PROFILE_LIST_MAX = 12 }; /* entries kept of each list; the hours are all kept */

/* The windows that every profile compares: 1 h, 24 h at 1 h steps, 7 d at 1 d steps. */
enum { PROFILE_HOUR, PROFILE_DAY, PROFILE_WEEK, PROFILE_SPANS };
typedef struct {
	gint64 length, step; /* seconds */
} ProfileSpan;
extern const ProfileSpan profile_spans[PROFILE_SPANS];

/* Sets of kinds by which hits are told apart. */
typedef enum {
	REST_REQUEST, /* TCP and ICMP requests */
	REST_ACK,     /* bare ACKs */
	REST_UDP,
	REST_RESPONSE, /* SYN-ACKs, resets, FIN-ACKs */
	REST_ECHOREPLY,
	REST_OTHER,
	REST_REQUEST_ACK, /* requests and bare ACKs */
	REST_REQUEST_UDP, /* requests and UDP */
	REST_ASKING,      /* these and UDP: what speaks for a scan */
	REST_COUNT,
} Rest;

/* How a target replied. */
enum {
	PROFILE_BY_SYNACK,
	PROFILE_BY_RST,
	PROFILE_BY_UDP,
	PROFILE_BY_ECHOREPLY,
	PROFILE_BY_ERROR,
	PROFILE_ANSWERS,
};

/* The most a target told by its answers: a port that is open, then that it lives; an ICMP error
 * of its own is no more than a refusal. */
typedef enum {
	WORTH_OPEN,    /* a SYN-ACK */
	WORTH_REPLIED, /* UDP, an echo reply */
	WORTH_RESET,
	WORTH_ERROR,
	WORTHS,
} AnswerWorth;

const char *profile_worth_name(AnswerWorth worth); /* "open", "replied", "reset", "error" */

/* A service port that the subject's packets name (KindInfo.port says whose). */
typedef struct {
	guint8 kind;
	guint16 port;
	guint32 targets;
	guint64 packets;
} ProfilePort;

typedef struct {
	Address target;
	/* ns since 1970: the first contact in the window; FACTS_NEVER: none known */
	guint64 first;
	guint64 packets;
	guint8 answered; /* ANSWER_* */
	gboolean
		error; /* an ICMP error came from the target itself, not from a router for it */
} ProfileTarget;

/* A port of a target that answered. */
typedef struct {
	Address target;
	guint8 kind; /* of the contact that was answered */
	guint16 port;
	guint8 answered; /* ANSWER_* */
} ProfileAnswer;

typedef struct {
	gint64 hour;
	guint hosts; /* targets hit in it, taken as a 1 h window */
} ProfileHour;

/* Steps from target to target, in the order of first contact. */
typedef struct {
	guint64 shortest, longest, mean; /* ns between two targets' first contacts */
	gboolean ascending, descending;  /* by address */
} ProfileOrder;

typedef struct {
	Address source;
	guint8 bits;
	gint64 start, length;    /* the window: seconds since 1970; seconds */
	guint hosts;             /* targets hit in the window: everything below is about them */
	guint rests[REST_COUNT]; /* hosts, were there nothing but these kinds */
	guint64 packets, bytes;
	guint64 first, last; /* ns since 1970; FACTS_NEVER: no packet of a contact kind */
	guint answered;      /* targets that replied, an ICMP error of their own included */
	guint answered_by
		/* the same by how; a target may have replied in several ways */
		[PROFILE_ANSWERS];
	guint worth[WORTHS]; /* the same by the most that each told: together `answered` */
	guint completed, halfopen; /* targets with such a handshake */
	guint dark;                /* targets that never spoke; detection.c counts them */
	guint unreachable;         /* targets for which an ICMP error went out */
	guint64 errors_out;        /* ICMP errors sent to the subject */
	guint once;                /* targets with one packet */
	ProfileOrder order;        /* of no meaning for fewer than three targets */
	guint n_members, n_ports,
		n_answers; /* entries before the lists were cut; of targets: hosts */
	/* of Address: the sources behind a prefix that have rows in the window */
	GArray *members;
	GArray *targets; /* of ProfileTarget, by address */
	GArray *ports;   /* of ProfilePort: most targets first, then kind and port */
	/* of ProfileAnswer: open ports first, then other replies, resets, errors; by target */
	GArray *answers;
	/* of ProfileHour: all hours of the tallies with a hit, also outside the window */
	GArray *hours;
	WindowHit best
		/* of the windows of that length that are asked for the one with most hosts,
		 * the earliest of equals; hosts 0: none */
		[PROFILE_SPANS];
	GArray *traits; /* of Trait: one for each kind, all hours of the window together */
} Profile;

Profile *profile_new(const Subject *subject, gint64 start, gint64 length);
/* One with nothing in it, for a detector to fill. */
Profile *profile_new_empty(const Address *source, guint8 bits, gint64 start, gint64 length);
void profile_free(Profile *profile);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Profile, profile_free)

/* The worthiest answer of any target; WORTHS: none answered. */
AnswerWorth profile_best_worth(const Profile *profile);

/* The traits of a kind; NULL when the tallies hold none. Owned by profile. */
const Trait *profile_trait(const Profile *profile, Kind kind);

/* What an answer says of the port: "open", "open, handshake completed", "closed",
 * "unreachable", ... */
const char *profile_answer_name(const ProfileAnswer *answer);

/* What a set of kinds is called: "requests", "bare ACKs". */
const char *profile_rest_name(Rest rest);

#endif
