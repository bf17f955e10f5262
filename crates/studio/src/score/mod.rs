//! The ad's soundtrack: a packaged recording arranged to the cut, and effects synthesised here. Where no
//! recording is packaged, music is composed and synthesised instead.
//!
//! No file is opened here, no clock is read, no other program runs: the same brief gives the same samples.

mod arrange;
mod band;
mod effects;
mod grid;
mod harmony;
mod library;
mod measure;
mod mix;
mod opus;
mod room;
mod stereo;
mod voices;

use admint_domain::{AdSpec, FRAME_RATE, Frames};

use self::arrange::Arrangement;
pub use self::{
    grid::{BeatGrid, Place, beat_grid},
    library::{Mood, RECORDINGS, Recording, Timbre},
    measure::{Measured, measure},
};
use crate::{assets, dice::Dice};

const SAMPLES_A_FRAME: usize = 48_000 / FRAME_RATE as usize;

/// Everything that decides a score's samples.
#[derive(Clone, Debug)]
pub struct ScoreBrief {
    pub spec: AdSpec,
    /// The video's length; the music ends with it.
    pub length: Frames,
    /// Where scenes begin; accents belong there.
    pub cuts: Vec<Frames>,
    pub seed: u32,
}

/// A finished soundtrack.
#[derive(Clone, Debug)]
pub struct Score {
    /// Interleaved stereo at 48 kHz from -1 to 1, 2000 sample pairs a frame.
    pub samples: Vec<f32>,
    /// The recording in it, for the record of where an ad's parts come from.
    pub recording: Option<&'static Recording>,
    /// What was left out, and why.
    pub warning: Option<ScoreWarning>,
    /// Seconds at which one stretch of the recording is joined to another, for those who listen for clicks.
    pub joins: Vec<f64>,
}

/// Why the music was synthesised.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScoreWarning {
    #[error("no music is packaged: run `cargo xtask assets` and build again; the music was synthesised")]
    NoRecording,
    #[error("the packaged recording {file} cannot be read ({reason}); the music was synthesised")]
    Unreadable { file: String, reason: String },
}

/// The samples alone; see [`score`].
pub fn compose(brief: &ScoreBrief) -> Vec<f32> {
    score(brief).samples
}

/// The soundtrack of an ad, to the sample as long as the brief says, silent at its end.
pub fn score(brief: &ScoreBrief) -> Score {
    let recording = library::choose(brief.spec.tone, &brief.spec.category, brief.seed);
    let decoded = recording.ok_or(ScoreWarning::NoRecording).and_then(|recording| {
        let file = recording.file();
        let bytes = assets::music(&file).ok_or(ScoreWarning::NoRecording)?;
        match opus::decode(&bytes) {
            Ok(samples) => Ok((recording, samples)),
            Err(error) => Err(ScoreWarning::Unreadable { file, reason: error.to_string() }),
        }
    });
    score_with(brief, decoded)
}

/// `decoded` is a recording of the library and its samples, interleaved stereo at 48 kHz.
fn score_with(brief: &ScoreBrief, decoded: Result<(&'static Recording, Vec<f32>), ScoreWarning>) -> Score {
    if brief.length == Frames::ZERO {
        return Score { samples: Vec::new(), recording: None, warning: None, joins: Vec::new() };
    }
    let (recording, samples) = match decoded {
        Ok(decoded) => decoded,
        Err(warning) => {
            let samples = band::play(brief);
            return Score { samples, recording: None, warning: Some(warning), joins: Vec::new() };
        }
    };
    let mut dice = Dice::new(brief.seed, "arrangement");
    let cuts: Vec<f64> = brief.cuts.iter().map(|cut| cut.seconds()).collect();
    let seconds = brief.length.seconds();
    let variation = dice.below(12);
    let arrangement = Arrangement::plan(recording, seconds, &cuts, variation);
    let mut music = arrangement.play(&samples, recording.beat());
    let cues = effects::cues(brief.spec.tone, &cuts, seconds, &mut dice);
    effects::add(&mut music, &cues, brief.spec.tone, recording, &mut dice);
    let joins = arrangement.parts.iter().skip(1).map(|part| part.at).collect();
    Score { samples: mix::master(music), recording: Some(recording), warning: None, joins }
}

impl ScoreBrief {
    fn pairs(&self) -> usize {
        self.length.0 as usize * SAMPLES_A_FRAME
    }
}

/// The decoded file of a packaged recording, interleaved stereo at 48 kHz: for measuring it.
pub fn listen(recording: &Recording) -> Option<Vec<f32>> {
    opus::decode(&assets::music(&recording.file())?).ok()
}

#[cfg(test)]
mod tests;
