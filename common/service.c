#include "config.h"

#include "common/service.h"

#include <stdlib.h>

typedef struct {
	guint16 port;
	const char *tcp, *udp; /* NULL: none that is worth a word */
} Service;

/* By port. */
static const Service services[] = {
	{20, "ftp-data", NULL},
	{21, "ftp", NULL},
	{22, "ssh", NULL},
	{23, "telnet", NULL},
	{25, "smtp", NULL},
	{37, "time", "time"},
	{43, "nicname", NULL},
	{49, "tacacs", "tacacs"},
	{53, "domain", "domain"},
	{67, NULL, "bootps"},
	{68, NULL, "bootpc"},
	{69, NULL, "tftp"},
	{70, "gopher", NULL},
	{79, "finger", NULL},
	{80, "http", "http"},
	{88, "kerberos", "kerberos"},
	{102, "iso-tsap", NULL},
	{109, "pop2", NULL},
	{110, "pop3", NULL},
	{111, "sunrpc", "sunrpc"},
	{113, "auth", NULL},
	{119, "nntp", NULL},
	{123, NULL, "ntp"},
	{135, "epmap", "epmap"},
	{137, "netbios-ns", "netbios-ns"},
	{138, "netbios-dgm", "netbios-dgm"},
	{139, "netbios-ssn", NULL},
	{143, "imap", NULL},
	{161, "snmp", "snmp"},
	{162, "snmptrap", "snmptrap"},
	{177, "xdmcp", "xdmcp"},
	{179, "bgp", NULL},
	{194, "irc", NULL},
	{389, "ldap", "ldap"},
	{427, "svrloc", "svrloc"},
	{443, "https", "https"},
	{445, "microsoft-ds", "microsoft-ds"},
	{465, "submissions", NULL},
	{500, NULL, "isakmp"},
	{502, "mbap", "mbap"},
	{512, "exec", "comsat"},
	{513, "login", "who"},
	{514, "shell", "syslog"},
	{515, "printer", NULL},
	{520, NULL, "router"},
	{548, "afpovertcp", NULL},
	{554, "rtsp", "rtsp"},
	{587, "submission", NULL},
	{593, "http-rpc-epmap", "http-rpc-epmap"},
	{623, NULL, "asf-rmcp"},
	{631, "ipp", "ipp"},
	{636, "ldaps", "ldaps"},
	{853, "domain-s", "domain-s"},
	{873, "rsync", "rsync"},
	{990, "ftps", NULL},
	{992, "telnets", NULL},
	{993, "imaps", NULL},
	{995, "pop3s", NULL},
	{1080, "socks", "socks"},
	{1194, "openvpn", "openvpn"},
	{1433, "ms-sql-s", "ms-sql-s"},
	{1434, "ms-sql-m", "ms-sql-m"},
	{1701, NULL, "l2tp"},
	{1723, "pptp", NULL},
	{1812, NULL, "radius"},
	{1813, NULL, "radius-acct"},
	{1883, "mqtt", NULL},
	{1900, "ssdp", "ssdp"},
	{2049, "nfs", "nfs"},
	{2375, "docker", NULL},
	{2376, "docker-s", NULL},
	{2379, "etcd-client", NULL},
	{3260, "iscsi-target", NULL},
	{3268, "msft-gc", NULL},
	{3306, "mysql", NULL},
	{3389, "ms-wbt-server", "ms-wbt-server"},
	{3478, "stun", "stun"},
	{3690, "svn", NULL},
	{3702, "ws-discovery", "ws-discovery"},
	{4369, "epmd", NULL},
	{4500, NULL, "ipsec-nat-t"},
	{4786, "smart-install", NULL},
	{4899, "radmin-port", NULL},
	{5060, "sip", "sip"},
	{5061, "sips", "sips"},
	{5222, "xmpp-client", NULL},
	{5269, "xmpp-server", NULL},
	{5351, NULL, "nat-pmp"},
	{5353, NULL, "mdns"},
	{5355, "llmnr", "llmnr"},
	{5432, "postgresql", NULL},
	{5631, "pcanywheredata", NULL},
	{5632, NULL, "pcanywherestat"},
	{5671, "amqps", NULL},
	{5672, "amqp", NULL},
	{5683, "coap", "coap"},
	{5900, "rfb", "rfb"},
	{5984, "couchdb", NULL},
	{5985, "wsman", NULL},
	{5986, "wsmans", NULL},
	{6000, "x11", NULL},
	{6379, "redis", NULL},
	{7547, "cwmp", NULL},
	{8008, "http-alt", NULL},
	{8080, "http-alt", NULL},
	{8883, "secure-mqtt", NULL},
	{9100, "pdl-datastream", NULL},
	{9418, "git", NULL},
	{10000, "ndmp", NULL},
	{10050, "zabbix-agent", NULL},
	{10051, "zabbix-trapper", NULL},
	{11211, "memcache", "memcache"},
	{20000, "dnp", "dnp"},
	{44818, "ethernet-ip-2", "ethernet-ip-2"},
	{47808, NULL, "bacnet"},
};

static int
compare_port(gconstpointer key, gconstpointer entry)
{
	return (int)*(const guint16 *)key - ((const Service *)entry)->port;
}

const char *
service_name(gboolean udp, guint16 port)
{
	const Service *service = bsearch(
		&port, services, G_N_ELEMENTS(services), sizeof *services, compare_port);

	if (!service)
		return NULL;
	return udp ? service->udp : service->tcp;
}
