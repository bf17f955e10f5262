//! This crate against the real ffmpeg, on pictures small enough to be quick.

mod failures;
mod fixture;
mod frames;
mod ingest;
mod render;
mod sound;
