//! Associations: what SCTP tells of them. RFC 6458.
