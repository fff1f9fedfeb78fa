//! berkeley
