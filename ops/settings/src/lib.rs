//! Files and environment to typed settings.
