//! How long each scene is on screen.
//!
//! The hook and the call to action keep about three seconds whatever the ad's length; what is left
//! belongs to the middle, until a scene there would pass seven seconds.

use admint_domain::{Frames, ScenePlan, scene_starts};

use crate::score::{BeatGrid, Place};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    pub lengths: Vec<Frames>,
    pub crossfade: Frames,
}

const CROSSFADE: Frames = Frames(10);
const HOOK: u32 = 74;
const CALL: u32 = 82;
/// A middle scene longer than this gives time back to the ends first.
const COMFORTABLE: u32 = 150;
const MIN: u32 = ScenePlan::MIN_SCENE.0;
const MAX: u32 = ScenePlan::MAX_SCENE.0;
/// How far a cut may move to meet a beat: under a quarter of a second.
const REACH: u32 = 5;

/// Scenes for a whole of `total`: their lengths less the overlaps are exactly that.
pub fn plan(total: Frames) -> Timing {
    let count: u32 = match total.seconds() {
        seconds if seconds < 13.0 => 3,
        seconds if seconds < 21.0 => 4,
        _ => 5,
    };
    let sum = total.0 + CROSSFADE.0 * (count - 1);
    let middles = count - 2;
    let (mut hook, mut call) = (HOOK, CALL);
    // Short ads: the middle must not fall below its least.
    while sum < hook + call + middles * MIN && (hook > MIN || call > MIN) {
        if call > MIN { call -= 1 } else { hook -= 1 }
    }
    // Long ads: the call may breathe, then the hook a little, then the middle up to its limit.
    while sum > hook + call + middles * COMFORTABLE && (call < 108 || hook < 90) {
        if call < 108 { call += 1 } else { hook += 1 }
    }
    while sum > hook + call + middles * MAX {
        if call < MAX { call += 1 } else { hook += 1 }
    }
    let rest = sum - hook - call;
    let mut lengths = vec![Frames(hook)];
    lengths.extend((0..middles).map(|index| Frames(rest / middles + u32::from(index < rest % middles))));
    // The second scene names the product and may be brief; the time goes to what it gives.
    if middles > 1 {
        let shift = (lengths[1].0 - MIN).min(MAX - lengths[2].0).min(14);
        lengths[1].0 -= shift;
        lengths[2].0 += shift;
    }
    lengths.push(Frames(call));
    Timing { lengths, crossfade: CROSSFADE }
}

impl Timing {
    /// The first frame of every scene.
    pub fn starts(&self) -> Vec<Frames> {
        scene_starts(self.lengths.iter().copied(), self.crossfade)
    }

    /// Moves cuts to the beats of the music, each by less than a quarter of a second, so that the total and
    /// every scene's limits hold. Off-beats of slow music are second best; a cut with neither near stays.
    ///
    /// ```text
    /// beats  |     |     |     |     |     |
    /// before |  hook  |   reveal    | call  |
    /// after  |  hook     |  reveal  | call  |
    /// ```
    pub fn on_the_beat(self, grid: Option<BeatGrid>) -> Self {
        let Some(grid) = grid else { return self };
        let starts = self.starts();
        let mut best = (self.worth(&starts, grid), starts.clone());
        self.try_cuts(1, &starts, &mut starts.clone(), grid, &mut best);
        let (_, starts) = best;
        let total: Frames = self.total();
        let ends = starts[1..].iter().map(|&start| start + self.crossfade).chain([total]);
        let lengths = starts.iter().zip(ends).map(|(&start, end)| end - start).collect();
        Self { lengths, ..self }
    }

    fn total(&self) -> Frames {
        let sum: u32 = self.lengths.iter().map(|length| length.0).sum();
        Frames(sum - self.crossfade.0 * (self.lengths.len() as u32 - 1))
    }

    /// Four cuts at most, with a handful of places each: all of them are tried.
    fn try_cuts(
        &self,
        cut: usize,
        planned: &[Frames],
        starts: &mut [Frames],
        grid: BeatGrid,
        best: &mut (u32, Vec<Frames>),
    ) {
        if cut == planned.len() {
            let worth = self.worth(starts, grid);
            if worth > best.0 && self.keeps_limits(starts) {
                *best = (worth, starts.to_vec());
            }
            return;
        }
        let here = planned[cut].0;
        for at in here.saturating_sub(REACH)..=here + REACH {
            starts[cut] = Frames(at);
            if at == here || cut == 1 || grid.place(Frames(at), starts[1]) != Place::Between {
                self.try_cuts(cut + 1, planned, starts, grid, best);
            }
        }
        starts[cut] = planned[cut];
    }

    /// A beat is worth more than an off-beat, either more than any way to it; then the shortest way. The
    /// second scene brings the beat with it, and should leave the music a good place to begin.
    fn worth(&self, starts: &[Frames], grid: BeatGrid) -> u32 {
        let planned = self.starts();
        let cuts = starts.iter().zip(&planned).skip(1);
        let worth: u32 = cuts
            .map(|(&at, planned)| {
                let place = match grid.place(at, starts[1]) {
                    Place::OnBeat => 100,
                    Place::OffBeat => 60,
                    Place::Between => 0,
                };
                place + 2 * REACH - at.0.abs_diff(planned.0)
            })
            .sum();
        worth + if grid.begins_well(starts[1]) { 60 } else { 0 }
    }

    fn keeps_limits(&self, starts: &[Frames]) -> bool {
        let total = self.total();
        let ends = starts[1..].iter().map(|&start| start + self.crossfade).chain([total]);
        starts.iter().zip(ends).all(|(&start, end)| {
            let length = end.saturating_sub(start);
            (ScenePlan::MIN_SCENE..=ScenePlan::MAX_SCENE).contains(&length)
        })
    }
}

#[cfg(test)]
mod tests {
    use admint_domain::Tone;

    use super::*;
    use crate::score::beat_grid;

    #[test]
    fn every_duration_is_met_to_the_frame_with_scenes_of_three_to_seven_seconds() {
        for seconds in 9..=30 {
            let timing = plan(Frames::from_seconds(seconds));
            let sum: u32 = timing.lengths.iter().map(|length| length.0).sum();
            let overlaps = timing.crossfade.0 * (timing.lengths.len() as u32 - 1);
            assert_eq!(sum - overlaps, seconds * 24, "{seconds} s");
            assert!(
                timing.lengths.iter().all(|length| (MIN..=MAX).contains(&length.0)),
                "{seconds} s: {:?}",
                timing.lengths
            );
            let expected = if seconds <= 12 {
                3
            } else if seconds <= 20 {
                4
            } else {
                5
            };
            assert_eq!(timing.lengths.len(), expected);
            assert!(timing.lengths[0].0 <= 96, "the hook stays short: {:?}", timing.lengths);
        }
    }

    const TONES: [Tone; 6] =
        [Tone::Calm, Tone::Warm, Tone::Playful, Tone::Energetic, Tone::Elegant, Tone::Confident];

    /// What holds for every plan, on the beat or not.
    #[track_caller]
    fn check(timing: &Timing, seconds: u32) {
        assert_eq!(timing.total(), Frames::from_seconds(seconds));
        assert!(
            timing.lengths.iter().all(|length| (MIN..=MAX).contains(&length.0)),
            "{seconds} s: {:?}",
            timing.lengths
        );
        assert!(timing.lengths[0].0 <= 100, "the hook stays short: {:?}", timing.lengths);
    }

    #[test]
    fn a_cut_moves_to_the_beat_by_less_than_a_quarter_of_a_second() {
        for seconds in 9..=30 {
            for tempo in 60..160 {
                let before = plan(Frames::from_seconds(seconds));
                let after = before.clone().on_the_beat(Some(BeatGrid { beat: 60.0 / f64::from(tempo) }));
                check(&after, seconds);
                for (was, is) in before.starts().iter().zip(after.starts()) {
                    assert!(was.0.abs_diff(is.0) * 4 < 24, "{seconds} s at {tempo}: {was:?} to {is:?}");
                }
            }
        }
        assert_eq!(plan(Frames(360)).on_the_beat(None), plan(Frames(360)));
    }

    #[test]
    fn most_cuts_are_on_a_beat_of_the_music_that_will_be_heard() {
        let (mut on, mut off, mut all) = (0, 0, 0);
        for tone in TONES {
            for category in ["coffee", "phone", "fitness", "skincare"] {
                for seed in 0..4 {
                    let grid = beat_grid(tone, category, seed).expect("the music is packaged");
                    for seconds in [9, 12, 15, 20, 30] {
                        let timing = plan(Frames::from_seconds(seconds)).on_the_beat(Some(grid));
                        check(&timing, seconds);
                        let starts = timing.starts();
                        // The first cut brings the beat with it: it proves nothing.
                        for &cut in &starts[2..] {
                            all += 1;
                            on += u32::from(grid.place(cut, starts[1]) == Place::OnBeat);
                            off += u32::from(grid.place(cut, starts[1]) == Place::OffBeat);
                        }
                    }
                }
            }
        }
        println!("{on} of {all} later cuts on a beat, {off} on an off-beat");
        assert!(f64::from(on) > 0.5 * f64::from(all), "{on} of {all}");
        assert!(f64::from(on + off) > 0.8 * f64::from(all), "{on} and {off} of {all}");
    }
}
