//! The pipeline with real ffmpeg, a database and a folder.

mod generation;
mod studio;
mod support;
mod sweeper;
