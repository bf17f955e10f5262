//! How long each scene is on screen.
//!
//! The hook takes about three seconds and the call a little more, whatever the ad's length; what is left
//! belongs to the middle. A plan has at most five scenes of at most seven seconds, so from 26 seconds on
//! the middle is full: what is over then stays with the end card, which nobody has to leave, never with the
//! hook, because the product must be in sight after three seconds.

use admint_domain::{Frames, ScenePlan, scene_starts};

use crate::score::{BeatGrid, Place};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    pub lengths: Vec<Frames>,
    pub crossfade: Frames,
    /// What each scene needs for its words; no cut to a beat goes below.
    least: Vec<Frames>,
}

pub const CROSSFADE: Frames = Frames(10);
const HOOK: u32 = 77;
const CALL: u32 = 82;
const MIN: u32 = ScenePlan::MIN_SCENE.0;
const MAX: u32 = ScenePlan::MAX_SCENE.0;
/// How far a cut may move to meet a beat: under a quarter of a second.
const REACH: u32 = 5;
/// The second scene, which shows the product, has begun: three seconds.
const PRODUCT_BY: Frames = Frames::from_seconds(3);

/// As many scenes as an ad of `total` takes without filling any of them to its limit.
pub fn scene_count(total: Frames) -> usize {
    match total.seconds() {
        seconds if seconds < 13.0 => 3,
        seconds if seconds < 20.0 => 4,
        _ => 5,
    }
}

/// The longest that a middle scene can be in an ad of `total`, if the others are as short as they may be.
pub fn longest_middle(total: Frames) -> u32 {
    let count = scene_count(total) as u32;
    let middle =
        (total.0 + CROSSFADE.0 * (count - 1)).saturating_sub(HOOK + CALL + (count - 3) * (MIN + REACH));
    middle.clamp(MIN, MAX)
}

/// Scenes for a whole of `total`: their lengths less the overlaps are exactly that. A scene gets the length
/// that is `wanted` for its words, as far as there is time.
pub fn plan(total: Frames, wanted: &[u32]) -> Timing {
    let count = scene_count(total) as u32;
    let middles = count - 2;
    let wanted = |scene: u32| wanted.get(scene as usize).copied().unwrap_or(MIN).clamp(MIN, MAX);
    let (mut hook, mut call, mut crossfade) = (HOOK, CALL.max(wanted(count - 1)), CROSSFADE.0);
    let sum = |crossfade: u32| total.0 + crossfade * (count - 1);
    // Short ads: the middle must not fall below its least.
    while sum(crossfade) < hook + call + middles * MIN && (hook > MIN || call > MIN) {
        if hook > MIN { hook -= 1 } else { call -= 1 }
    }
    // The longest ads: every middle scene is at its limit.
    while sum(crossfade) > hook + call + middles * MAX {
        if call < MAX { call += 1 } else { crossfade -= 1 }
    }
    let rest = sum(crossfade) - hook - call;
    let mut lengths = vec![hook];
    lengths.extend((0..middles).map(|index| rest / middles + u32::from(index < rest % middles)));
    lengths.push(call);
    // The second scene names the product and may be brief; the time goes to what it gives.
    if middles > 1 {
        let shift = (lengths[1] - MIN).min(MAX - lengths[2]).min(14);
        lengths[1] -= shift;
        lengths[2] += shift;
    }
    // Words that need longer get it from the scene that has most to spare.
    let spare = |lengths: &[u32], scene: u32| lengths[scene as usize].saturating_sub(wanted(scene));
    for scene in 1..=middles {
        while lengths[scene as usize] < wanted(scene) {
            let Some(giver) = (1..=middles)
                .max_by_key(|&other| spare(&lengths, other))
                .filter(|&other| spare(&lengths, other) > 0)
            else {
                break;
            };
            lengths[giver as usize] -= 1;
            lengths[scene as usize] += 1;
        }
    }
    let least = (0..count).map(|scene| Frames(wanted(scene).min(lengths[scene as usize]))).collect();
    Timing { lengths: lengths.into_iter().map(Frames).collect(), crossfade: Frames(crossfade), least }
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
            if cut == 1 && Frames(at) > PRODUCT_BY {
                break;
            }
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
        starts.iter().zip(ends).zip(&self.least).all(|((&start, end), &least)| {
            let length = end.saturating_sub(start);
            (least.max(ScenePlan::MIN_SCENE)..=ScenePlan::MAX_SCENE).contains(&length)
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
            let timing = plan(Frames::from_seconds(seconds), &[]);
            check(&timing, seconds);
            let expected = match seconds {
                ..=12 => 3,
                13..=19 => 4,
                _ => 5,
            };
            assert_eq!(timing.lengths.len(), expected);
        }
    }

    #[test]
    fn words_that_need_longer_get_it_from_the_other_middle_scenes() {
        let timing = plan(Frames(360), &[MIN, MIN, 140, 98]);
        assert_eq!(timing.lengths, [77, 75, 140, 98].map(Frames));
    }

    const TONES: [Tone; 6] =
        [Tone::Calm, Tone::Warm, Tone::Playful, Tone::Energetic, Tone::Elegant, Tone::Confident];

    /// What holds for every plan, on the beat or not.
    #[track_caller]
    fn check(timing: &Timing, seconds: u32) {
        assert_eq!(timing.total(), Frames::from_seconds(seconds));
        let lengths: Vec<u32> = timing.lengths.iter().map(|length| length.0).collect();
        assert!(lengths.iter().all(|length| (MIN..=MAX).contains(length)), "{seconds} s: {lengths:?}");
        let (hook, call) = (lengths[0], lengths[lengths.len() - 1]);
        assert!((HOOK - REACH..=HOOK + REACH).contains(&hook), "{seconds} s: {lengths:?}");
        assert!(timing.starts()[1] <= PRODUCT_BY, "{seconds} s: {lengths:?}");
        // Beyond that the other scenes are full.
        if seconds <= 25 {
            assert!((CALL - REACH..=CALL + REACH).contains(&call), "{seconds} s: {lengths:?}");
        } else {
            assert!(
                call <= CALL + REACH
                    || lengths[1..lengths.len() - 1].iter().all(|&middle| middle + 2 * REACH >= MAX),
                "{seconds} s: {lengths:?}"
            );
        }
    }

    #[test]
    fn a_cut_moves_to_the_beat_by_less_than_a_quarter_of_a_second() {
        for seconds in 9..=30 {
            for tempo in 60..160 {
                let before = plan(Frames::from_seconds(seconds), &[]);
                let after = before.clone().on_the_beat(Some(BeatGrid { beat: 60.0 / f64::from(tempo) }));
                check(&after, seconds);
                for (was, is) in before.starts().iter().zip(after.starts()) {
                    assert!(was.0.abs_diff(is.0) * 4 < 24, "{seconds} s at {tempo}: {was:?} to {is:?}");
                }
            }
        }
        assert_eq!(plan(Frames(360), &[]).on_the_beat(None), plan(Frames(360), &[]));
    }

    #[test]
    fn most_cuts_are_on_a_beat_of_the_music_that_will_be_heard() {
        let (mut on, mut off, mut all) = (0, 0, 0);
        for tone in TONES {
            for category in ["coffee", "phone", "fitness", "skincare"] {
                for seed in 0..4 {
                    let grid = beat_grid(tone, category, seed).expect("the music is packaged");
                    for seconds in [9, 12, 15, 20, 30] {
                        let timing = plan(Frames::from_seconds(seconds), &[]).on_the_beat(Some(grid));
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
