//! The packaged recordings, and which of them suits an ad.

use admint_domain::Tone;

use self::{
    Mood::{Calm, Energetic, Happy, Nostalgic, Tender},
    Timbre::{Acoustic, Electronic},
};
use crate::{assets, dice::Dice};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Calm,
    Tender,
    Nostalgic,
    Happy,
    Energetic,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timbre {
    Acoustic,
    Electronic,
}

/// One packaged recording of about half a minute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recording {
    /// The file's name without `.opus`.
    pub name: &'static str,
    pub mood: Mood,
    pub timbre: Timbre,
    /// Beats a minute, as the packager says.
    pub bpm: f64,
    /// Semitones above C, as the packager says.
    pub key: u8,
    pub minor: bool,
    /// Beats a minute, as measured.
    pub tempo: f64,
    /// Seconds from the first sample to a downbeat; see [`super::measure::Measured`] for this and the rest.
    pub downbeat: f64,
    pub bars: usize,
    pub lift: Option<usize>,
    pub home: usize,
}

impl Recording {
    pub fn file(&self) -> String {
        format!("{}.opus", self.name)
    }

    /// Seconds.
    pub fn beat(&self) -> f64 {
        60.0 / self.tempo
    }

    /// Seconds; all of them are in four.
    pub fn bar(&self) -> f64 {
        4.0 * self.beat()
    }

    /// Seconds from the first sample to the first beat of bar `index`.
    pub fn start_of(&self, index: usize) -> f64 {
        self.downbeat + index as f64 * self.bar()
    }
}

/// The recording for an ad: the tone says which suit, the category which of these sound like it, the seed
/// picks. `None` where the file is not packaged.
pub fn choose(tone: Tone, category: &str, seed: u32) -> Option<&'static Recording> {
    let suiting = suiting(tone, category);
    let chosen = *Dice::new(seed, "recording").pick(&suiting)?;
    assets::has_music(&chosen.file()).then_some(chosen)
}

/// Every recording that could be heard under an ad of this tone and category.
pub fn suiting(tone: Tone, category: &str) -> Vec<&'static Recording> {
    let moods: &[(Mood, Timbre)] = match tone {
        Tone::Calm => &[(Calm, Acoustic), (Calm, Electronic), (Tender, Acoustic)],
        Tone::Warm => &[(Tender, Acoustic), (Happy, Acoustic), (Tender, Electronic)],
        Tone::Playful => &[(Happy, Acoustic), (Happy, Electronic)],
        Tone::Energetic => &[(Energetic, Acoustic), (Energetic, Electronic), (Happy, Electronic)],
        Tone::Elegant => {
            &[(Tender, Acoustic), (Nostalgic, Acoustic), (Nostalgic, Electronic), (Calm, Electronic)]
        }
        Tone::Confident => {
            &[(Energetic, Electronic), (Happy, Electronic), (Tender, Electronic), (Energetic, Acoustic)]
        }
    };
    let all: Vec<&'static Recording> =
        RECORDINGS.iter().filter(|recording| moods.contains(&(recording.mood, recording.timbre))).collect();
    let Some(timbre) = timbre(category) else { return all };
    let alike: Vec<&'static Recording> =
        all.iter().copied().filter(|recording| recording.timbre == timbre).collect();
    // One recording for a whole category would be every such ad's jingle.
    if alike.len() < 3 { all } else { alike }
}

/// What people make by hand is played by hand; what has a plug is not.
fn timbre(category: &str) -> Option<Timbre> {
    const BY_HAND: &[&str] = &[
        "coffee",
        "tea",
        "bakery",
        "pizza",
        "restaurant",
        "chocolate",
        "wine",
        "grocery",
        "candles",
        "plants",
        "baby",
        "toys",
        "pets",
        "books",
        "eco",
        "outdoor",
        "furniture",
        "gift",
        "yoga",
        "cleaning",
    ];
    const PLUGGED: &[&str] = &[
        "phone",
        "software",
        "headphones",
        "gaming",
        "car",
        "finance",
        "camera",
        "watch",
        "perfume",
        "bike",
    ];
    if BY_HAND.contains(&category) {
        Some(Acoustic)
    } else if PLUGGED.contains(&category) {
        Some(Electronic)
    } else {
        None
    }
}

/// PyPI `immich-memories-music` 0.1.0: moods, tempi and keys from its `LICENSE-MUSIC`, everything after
/// `minor` as printed by `cargo run -p admint-studio --example beats`.
#[rustfmt::skip]
pub const RECORDINGS: &[Recording] = &[
    //        name, mood, timbre, bpm, key, minor | tempo, downbeat, bars, lift, home
    recording("calm_acoustic_1", Calm, Acoustic, 68.0, 0, false, 68.00, 0.040, 9, Some(4), 4),
    recording("calm_acoustic_s411", Calm, Acoustic, 68.0, 0, false, 67.97, 0.455, 8, Some(3), 4),
    recording("calm_acoustic_s522", Calm, Acoustic, 68.0, 0, false, 68.04, 0.230, 8, Some(4), 4),
    recording("calm_electronic_s411", Calm, Electronic, 72.0, 2, false, 70.06, 0.025, 8, Some(1), 7),
    recording("calm_electronic_s522", Calm, Electronic, 72.0, 2, false, 71.52, 0.015, 9, Some(1), 1),
    recording("energetic_acoustic_1", Energetic, Acoustic, 132.0, 2, true, 133.21, 0.000, 16, None, 6),
    recording("energetic_acoustic_2", Energetic, Acoustic, 132.0, 2, true, 132.95, 1.360, 16, None, 7),
    recording("energetic_acoustic_s522", Energetic, Acoustic, 132.0, 2, true, 133.00, 0.975, 16, None, 13),
    recording("energetic_electronic_2", Energetic, Electronic, 150.0, 7, true, 150.06, 0.045, 16, None, 8),
    recording("energetic_electronic_s411", Energetic, Electronic, 150.0, 4, true, 150.00, 0.000, 20, None, 12),
    recording("happy_acoustic_1", Happy, Acoustic, 110.0, 4, false, 110.00, 0.000, 14, None, 8),
    recording("happy_acoustic_2", Happy, Acoustic, 110.0, 4, false, 109.96, 0.040, 13, None, 12),
    recording("happy_acoustic_s411", Happy, Acoustic, 110.0, 4, false, 109.69, 0.025, 14, Some(4), 4),
    recording("happy_electronic_1", Happy, Electronic, 123.0, 9, false, 123.02, 0.010, 16, None, 4),
    recording("happy_electronic_2", Happy, Electronic, 123.0, 9, false, 124.03, 0.005, 16, None, 8),
    recording("happy_electronic_s411", Happy, Electronic, 123.0, 5, false, 121.99, 0.040, 16, None, 10),
    recording("nostalgic_acoustic_1", Nostalgic, Acoustic, 78.0, 5, true, 78.66, 0.025, 8, None, 2),
    recording("nostalgic_acoustic_s411", Nostalgic, Acoustic, 78.0, 5, true, 78.05, -0.005, 9, None, 6),
    recording("nostalgic_acoustic_s522", Nostalgic, Acoustic, 78.0, 5, true, 77.97, 0.030, 10, None, 8),
    recording("nostalgic_electronic_2", Nostalgic, Electronic, 84.0, 10, true, 84.99, 0.005, 11, None, 1),
    recording("nostalgic_electronic_s411", Nostalgic, Electronic, 84.0, 7, true, 84.17, -0.011, 11, None, 8),
    recording("nostalgic_electronic_s522", Nostalgic, Electronic, 84.0, 7, true, 85.01, 0.010, 11, None, 5),
    recording("tender_acoustic_1", Tender, Acoustic, 90.0, 7, false, 90.11, 0.015, 12, Some(4), 8),
    recording("tender_acoustic_2", Tender, Acoustic, 90.0, 7, false, 90.02, 0.020, 12, None, 8),
    recording("tender_acoustic_s411", Tender, Acoustic, 90.0, 7, false, 90.00, 0.010, 12, None, 8),
    recording("tender_electronic_1", Tender, Electronic, 99.0, 0, false, 100.03, 0.010, 12, Some(4), 5),
    recording("tender_electronic_2", Tender, Electronic, 99.0, 0, false, 99.99, 0.000, 12, Some(4), 11),
    recording("tender_electronic_s411", Tender, Electronic, 99.0, 9, false, 99.99, 0.010, 12, None, 10),
];

#[expect(clippy::too_many_arguments, reason = "a table's row, not a call")]
const fn recording(
    name: &'static str,
    mood: Mood,
    timbre: Timbre,
    bpm: f64,
    key: u8,
    minor: bool,
    tempo: f64,
    downbeat: f64,
    bars: usize,
    lift: Option<usize>,
    home: usize,
) -> Recording {
    Recording { name, mood, timbre, bpm, key, minor, tempo, downbeat, bars, lift, home }
}
