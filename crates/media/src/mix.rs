//! A voice over music: the music makes room for it.

use admint_domain::{FRAME_RATE, Frames};

/// How far the music goes down under a voice, as a factor: -12 dB.
const UNDER: f32 = 0.25;
/// What brings a voice whose loud moments are at -20 dB to where it stands well over such music, as a factor.
const VOICE: f32 = 1.5;
/// How long it takes down, and up again, in seconds. Down before the first word, up after the last.
const DOWN: f32 = 0.18;
const UP: f32 = 0.45;
/// A shorter pause between two lines is not worth coming up for, in seconds.
const PAUSE: f32 = 0.9;

/// `voice`, mono, over `music`, interleaved stereo, both at `sample_rate`. Under each of `lines`, in order, the
/// music is ducked. As long as the music. Nothing of it is beyond -1..1; how loud the whole is, is for whoever
/// masters it.
pub fn duck(music: &[f32], voice: &[f32], lines: &[(Frames, Frames)], sample_rate: u32) -> Vec<f32> {
    let seconds = |frames: Frames| frames.0 as f32 / FRAME_RATE as f32;
    let spans = joined(lines.iter().map(|&(from, to)| (seconds(from), seconds(to))));
    let mut next = 0;
    let pairs = music.chunks_exact(2).zip(voice.iter().copied().chain(std::iter::repeat(0.0)));
    let mixed = pairs.enumerate().flat_map(|(index, (pair, voice))| {
        let at = index as f32 / sample_rate as f32;
        while spans.get(next).is_some_and(|(_, to)| at > to + UP) {
            next += 1;
        }
        let gain = spans.get(next).map_or(1.0, |&span| gain(at, span));
        [pair[0] * gain + voice * VOICE, pair[1] * gain + voice * VOICE]
    });
    let mut mixed: Vec<f32> = mixed.collect();
    let peak = mixed.iter().fold(1.0_f32, |peak, sample| peak.max(sample.abs()));
    mixed.iter_mut().for_each(|sample| *sample /= peak);
    mixed
}

/// The music's factor at `at`: down along half a cosine, there, and up again.
fn gain(at: f32, (from, to): (f32, f32)) -> f32 {
    let down = ((at - (from - DOWN)) / DOWN).clamp(0.0, 1.0);
    let up = ((at - to) / UP).clamp(0.0, 1.0);
    let smooth = |part: f32| (1.0 - (part * std::f32::consts::PI).cos()) / 2.0;
    1.0 - (1.0 - UNDER) * (smooth(down) - smooth(up)).clamp(0.0, 1.0)
}

fn joined(lines: impl Iterator<Item = (f32, f32)>) -> Vec<(f32, f32)> {
    let mut spans: Vec<(f32, f32)> = Vec::new();
    for (from, to) in lines {
        match spans.last_mut() {
            Some(last) if from - last.1 < PAUSE => last.1 = last.1.max(to),
            _ => spans.push((from, to)),
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 4_800;

    fn level(samples: &[f32], from: f32, to: f32) -> f32 {
        let part = &samples[(from * RATE as f32) as usize * 2..(to * RATE as f32) as usize * 2];
        part.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()))
    }

    #[test]
    fn the_music_makes_room_and_comes_back() {
        let music = vec![0.5; RATE as usize * 2 * 10];
        let lines = [(Frames(48), Frames(96)), (Frames(110), Frames(120))];
        let mixed = duck(&music, &[], &lines, RATE);
        assert_eq!(mixed.len(), music.len());
        assert_eq!(level(&mixed, 0.0, 1.8), 0.5);
        assert!((level(&mixed, 2.0, 5.0) - 0.5 * UNDER).abs() < 1e-6, "a short pause stays quiet");
        assert!((level(&mixed, 5.5, 10.0) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn no_step_is_heard() {
        let music = vec![1.0; RATE as usize * 2 * 6];
        let mixed = duck(&music, &[], &[(Frames(24), Frames(72))], RATE);
        let steepest = mixed.windows(3).map(|three| (three[2] - three[0]).abs()).fold(0.0, f32::max);
        assert!(steepest < 0.005, "{steepest}");
    }

    #[test]
    fn the_voice_is_in_the_middle_and_ends_with_the_music() {
        let mixed = duck(&[0.0; 8], &[0.1, 0.2, 0.3, 0.4, 0.5, 0.6], &[], RATE);
        assert_eq!(mixed, [0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 0.4, 0.4].map(|sample| sample * VOICE));
    }

    #[test]
    fn what_is_too_loud_is_turned_down_and_not_cut() {
        let mixed = duck(&[0.8; 6], &[0.2, 0.4, 0.8], &[(Frames(0), Frames(24))], RATE);
        assert!((mixed[4] - 1.0).abs() < 1e-6 && mixed[0] < 0.5, "{mixed:?}");
    }
}
