//! How long each scene is on screen.
//!
//! The hook and the call to action keep about three seconds whatever the ad's length; what is left
//! belongs to the middle, until a scene there would pass seven seconds.

use admint_domain::{Frames, ScenePlan};

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
