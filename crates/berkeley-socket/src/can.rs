//! Frames of a CAN bus. `Documentation/networking/can.rst`, linux/can.h.
