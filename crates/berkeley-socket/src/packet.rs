//! Frames of a link: classic filters, fanout, and a ring of received frames in shared memory. packet(7).
