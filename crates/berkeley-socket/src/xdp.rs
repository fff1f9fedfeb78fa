//! Frames through memory shared with the kernel. `Documentation/networking/af_xdp.rst`.
