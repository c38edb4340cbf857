//! Properties of the copy: what is written is read back, and the lanes rebuild it.
