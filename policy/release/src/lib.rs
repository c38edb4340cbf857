//! Ruling to plan, plan x verified finding to what leaves.
