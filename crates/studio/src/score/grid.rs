//! The beats under a picture that is not cut yet.

use admint_domain::{FRAME_RATE, Frames, Tone};

use super::library;

/// Beats at an even distance, counted from the second scene: wherever that begins, a bar begins with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BeatGrid {
    /// Seconds from one beat to the next.
    pub beat: f64,
}

/// Where on the grid a moment lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Between,
    /// Half-way between two beats, where music that is not quick has its quavers.
    OffBeat,
    OnBeat,
}

/// The beats that an ad with this tone, category and seed will be heard with; `None` where its recording
/// is not packaged, for music that is synthesised follows the cuts and not the other way round.
pub fn beat_grid(tone: Tone, category: &str, seed: u32) -> Option<BeatGrid> {
    library::choose(tone, category, seed).map(|recording| BeatGrid { beat: recording.beat() })
}

impl BeatGrid {
    /// Seconds a beat, below which its halves pass too quickly to be felt as places of their own.
    const QUICK: f64 = 0.45;
    /// Seconds that picture and sound may be apart: a frame is 0.042.
    const TOGETHER: f64 = 0.03;

    /// Seconds at which the bar begins for a second scene that begins at `cut` seconds. Cuts lie on frames
    /// and beats between them; where the two are close, the music keeps to its own time, so that it begins
    /// on a beat, or half-way to one, with the first frame.
    pub fn reveal(self, cut: f64) -> f64 {
        let nearest = self.nearest_half(cut);
        if (nearest - cut).abs() < Self::TOGETHER { nearest } else { cut }
    }

    /// Whether music for a second scene at `cut` begins on a beat, or half-way to one, with the first frame.
    pub fn begins_well(self, cut: Frames) -> bool {
        (self.nearest_half(cut.seconds()) - cut.seconds()).abs() < Self::TOGETHER
    }

    fn nearest_half(self, seconds: f64) -> f64 {
        (seconds / self.beat * 2.0).round() / 2.0 * self.beat
    }

    /// Where `at` lies, if the second scene begins at `second`. A frame is on a beat when no other frame is
    /// nearer to it.
    pub fn place(self, at: Frames, second: Frames) -> Place {
        let reveal = self.reveal(second.seconds());
        let is_nearest_to = |part: f64| {
            let step = self.beat * part;
            let count = ((at.seconds() - reveal) / step).round();
            ((reveal + count * step) * f64::from(FRAME_RATE)).round() == f64::from(at.0)
        };
        if at == second || is_nearest_to(1.0) {
            Place::OnBeat
        } else if self.beat > Self::QUICK && is_nearest_to(0.5) {
            Place::OffBeat
        } else {
            Place::Between
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(beat: f64, second: u32, at: u32, expected: Place) {
        assert_eq!(BeatGrid { beat }.place(Frames(at), Frames(second)), expected);
    }

    #[test]
    fn a_frame_is_on_the_beat_that_it_is_nearest_to() {
        check(0.5, 12, 24, Place::OnBeat);
        check(0.5, 12, 30, Place::OffBeat);
        check(0.5, 12, 31, Place::Between);
        check(0.4, 48, 53, Place::Between);
        // The second scene brings the beat with it.
        check(0.5, 31, 31, Place::OnBeat);
        check(0.5, 33, 45, Place::OnBeat);
        // 0.88 s are 21.12 frames.
        check(0.88, 63, 84, Place::OnBeat);
        check(0.88, 63, 85, Place::Between);
        check(0.88, 63, 95, Place::OffBeat);
    }

    #[test]
    fn the_reveal_keeps_to_the_music_where_that_is_close() {
        let grid = BeatGrid { beat: 0.5 };
        assert_eq!(grid.reveal(2.49), 2.5);
        assert_eq!(grid.reveal(2.26), 2.25);
        assert_eq!(grid.reveal(2.4), 2.4);
    }
}
