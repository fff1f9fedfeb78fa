//! Services that come and go: the topology server, groups, returned messages. tipc(7), linux/tipc.h.
