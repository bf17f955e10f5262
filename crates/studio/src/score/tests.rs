use admint_domain::{AdOptions, AspectRatio, Brief, Prompt, TargetDuration, Tone};

use super::{stereo::RATE, *};
use crate::{plan_scenes, write_spec};

const TONES: [Tone; 6] =
    [Tone::Calm, Tone::Warm, Tone::Playful, Tone::Energetic, Tone::Elegant, Tone::Confident];

fn brief(tone: Tone, length: u32, seed: u32) -> ScoreBrief {
    let brief = Brief {
        prompt: Prompt::parse("Fresh coffee for early risers").unwrap(),
        aspect: AspectRatio::Square,
        duration: TargetDuration::DEFAULT,
        seed,
        options: AdOptions::default(),
    };
    let spec = AdSpec { tone, ..write_spec(&brief) };
    ScoreBrief { spec, length: Frames(length), cuts: vec![Frames(0), Frames(64), Frames(140)], seed }
}

/// The music of an ad as the planner cuts it.
fn planned(tone: Tone, seconds: u32, seed: u32) -> ScoreBrief {
    let brief = Brief {
        prompt: Prompt::parse("Fresh coffee for early risers").unwrap(),
        aspect: AspectRatio::Square,
        duration: TargetDuration::parse(seconds).unwrap(),
        seed,
        options: AdOptions::default(),
    };
    let spec = AdSpec { tone, ..write_spec(&brief) };
    let plan = plan_scenes(&brief, &spec);
    let cuts = plan.starts();
    ScoreBrief { spec, length: plan.total(), cuts, seed }
}

fn loudness(samples: &[f32]) -> f64 {
    (samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / samples.len().max(1) as f64)
        .sqrt()
}

fn at(samples: &[f32], from: f64, to: f64) -> &[f32] {
    let index = |seconds: f64| ((seconds * RATE) as usize * 2).min(samples.len());
    &samples[index(from)..index(to)]
}

/// What holds for every soundtrack, arranged or synthesised.
#[track_caller]
fn check(name: &str, samples: &[f32], length: u32) {
    assert_eq!(samples.len(), length as usize * 4000, "{name}");
    assert!(samples.iter().all(|sample| sample.is_finite() && sample.abs() < 0.9), "{name}");
    let mean = samples.iter().map(|sample| f64::from(*sample)).sum::<f64>() / samples.len() as f64;
    assert!(mean.abs() < 0.002, "{name}: {mean}");
    // Silent at its end, and falling towards it: it does not stop, it ends.
    assert!(
        samples[..2].iter().chain(&samples[samples.len() - 1000..]).all(|sample| sample.abs() < 1e-3),
        "{name}"
    );
    let seconds = f64::from(length) / 24.0;
    let whole = loudness(samples);
    let tail = |from: f64| loudness(at(samples, seconds - from, seconds));
    assert!(whole > 0.05, "{name}: {whole}");
    assert!(tail(0.1) < whole * 0.06, "{name}: {}", tail(0.1) / whole);
    assert!(tail(0.5) < whole * 0.5, "{name}: {}", tail(0.5) / whole);
}

/// No hole of 0.3 s before the last second.
#[track_caller]
fn check_unbroken(name: &str, samples: &[f32]) {
    let seconds = samples.len() as f64 / RATE / 2.0;
    let mut from = 0.0;
    while from + 0.3 < seconds - 1.0 {
        let here = loudness(at(samples, from, from + 0.3));
        assert!(here > 0.003, "{name}: {here} at {from} s");
        from += 0.1;
    }
}

/// The largest second difference within 1.5 ms of each join, over the 99.9th percentile of the music's own.
fn roughness(samples: &[f32], joins: &[f64]) -> f64 {
    let bend = |pair: usize, side: usize| {
        let sample = |pair: usize| samples[pair * 2 + side];
        (sample(pair + 1) - 2.0 * sample(pair) + sample(pair - 1)).abs()
    };
    let pairs = samples.len() / 2;
    let mut all: Vec<f32> = (1..pairs - 1).map(|pair| bend(pair, 0).max(bend(pair, 1))).collect();
    let near = |seconds: f64| {
        let pair = (seconds * RATE) as usize;
        all[pair.saturating_sub(72)..(pair + 72).min(all.len())].iter().copied().fold(0.0, f32::max)
    };
    // Where one part begins to be heard, and where the other is gone.
    let worst = joins.iter().flat_map(|join| [near(join - 0.055), near(join - 0.015)]).fold(0.0, f32::max);
    all.sort_by(f32::total_cmp);
    f64::from(worst) / f64::from(all[all.len() * 999 / 1000].max(1e-6))
}

#[test]
fn every_tone_is_heard_to_an_end_without_holes_or_clicks() {
    for (index, tone) in TONES.into_iter().enumerate() {
        let brief = planned(tone, [9, 15, 15, 20, 30, 15][index], 7);
        let score = score(&brief);
        let name = format!("{tone:?}, {}", score.recording.expect("the music is packaged").name);
        assert_eq!(score.warning, None);
        check(&name, &score.samples, brief.length.0);
        check_unbroken(&name, &score.samples);
        assert!(
            roughness(&score.samples, &score.joins) < 4.0,
            "{name}: {}",
            roughness(&score.samples, &score.joins)
        );
    }
}

#[test]
fn odd_lengths_and_cuts_are_met_to_the_frame() {
    for (length, cuts) in [
        (361, vec![0, 61, 300]),
        (24, vec![0]),
        (72, vec![0, 70]),
        (216, vec![]),
        (1, vec![0]),
        (800, vec![0, 400]),
    ] {
        let brief =
            ScoreBrief { cuts: cuts.into_iter().map(Frames).collect(), ..brief(Tone::Warm, length, 3) };
        let samples = compose(&brief);
        assert_eq!(samples.len(), length as usize * 4000);
        assert!(samples.iter().all(|sample| sample.is_finite() && sample.abs() < 0.9));
        assert!(samples[samples.len() - 1000..].iter().all(|sample| sample.abs() < 1e-3), "{length}");
    }
    assert!(compose(&brief(Tone::Warm, 0, 3)).is_empty());
}

#[test]
fn the_seed_decides() {
    let brief = |seed| brief(Tone::Warm, 216, seed);
    let first = compose(&brief(1));
    assert_eq!(first, compose(&brief(1)));
    for seed in 2..5 {
        let other = compose(&brief(seed));
        let difference: Vec<f32> = first.iter().zip(&other).map(|(a, b)| a - b).collect();
        assert!(loudness(&difference) > 0.2 * loudness(&first), "seeds 1 and {seed} sound alike");
    }
}

#[test]
fn the_reveal_is_louder_than_the_hook() {
    for tone in TONES {
        let brief = planned(tone, 15, 2);
        let samples = compose(&brief);
        let reveal = brief.cuts[1].seconds();
        let (before, after) = (at(&samples, 0.2, reveal - 0.5), at(&samples, reveal, 2.0 * reveal));
        assert!(loudness(after) > 1.15 * loudness(before), "{tone:?}");
    }
}

#[test]
fn without_a_recording_the_band_plays() {
    for tone in TONES {
        let score = score_with(&brief(tone, 216, 7), Err(ScoreWarning::NoRecording));
        assert_eq!((score.recording, score.warning), (None, Some(ScoreWarning::NoRecording)));
        check(&format!("{tone:?}, synthesised"), &score.samples, 216);
        let jump = score.samples.windows(3).map(|three| (three[2] - three[0]).abs()).fold(0.0, f32::max);
        assert!(jump < 0.5, "{tone:?}: {jump}");
    }
    let samples = score_with(&brief(Tone::Warm, 24, 7), Err(ScoreWarning::NoRecording)).samples;
    check("one second, synthesised", &samples, 24);
}

#[test]
fn a_damaged_file_is_no_music() {
    let recording = &RECORDINGS[0];
    let file = assets::music(&recording.file()).expect("the music is packaged");
    assert!(opus::decode(&file[..100]).is_err());
    assert!(opus::decode(b"not music at all").is_err());
    assert!(opus::decode(&[]).is_err());
    // Cut short, it is shorter music or none, but no panic.
    let _ = opus::decode(&file[..file.len() / 2]);
    let heard = opus::decode(&file).unwrap();
    assert!((heard.len() as f64 / RATE / 2.0 - 32.3).abs() < 0.05, "{}", heard.len());
}

#[test]
fn every_recording_is_packaged_and_every_tone_has_three() {
    let files: std::collections::HashSet<String> = RECORDINGS.iter().map(Recording::file).collect();
    assert_eq!(files.len(), 28);
    assert!(files.iter().all(|file| assets::has_music(file)));
    let mut heard = std::collections::HashSet::new();
    for tone in TONES {
        for category in ["coffee", "phone", "fitness", "no such category"] {
            let suiting = library::suiting(tone, category);
            assert!(suiting.len() >= 3, "{tone:?} {category}");
            heard.extend(suiting.iter().map(|recording| recording.name));
        }
    }
    assert_eq!(heard.len(), 28, "some recording is never heard");
}

#[test]
fn the_table_is_what_is_measured() {
    // One with a lift, one whose downbeat is late, one that is played faster than it says.
    for name in ["tender_electronic_2", "calm_acoustic_s411", "energetic_acoustic_2"] {
        let recording = RECORDINGS.iter().find(|recording| recording.name == name).unwrap();
        let samples = listen(recording).unwrap();
        let measured = measure(&samples, recording.bpm, recording.key, recording.minor);
        assert!((measured.tempo - recording.tempo).abs() < 0.02, "{name}: {measured:?}");
        assert!((measured.downbeat - recording.downbeat).abs() < 0.002, "{name}: {measured:?}");
        assert_eq!(
            (measured.bars, measured.lift, measured.home),
            (recording.bars, recording.lift, recording.home),
            "{name}"
        );
    }
}

#[test]
fn a_metronome_is_measured_to_the_beat() {
    // A low click on one, high ones on two and four, a new chord with each bar, at 121 beats a minute, from
    // 0.2 s on.
    let beat = 60.0 / 121.0;
    let mut sound = stereo::Stereo::new((20.0 * RATE) as usize);
    let mut dice = Dice::new(1, "metronome");
    for index in 0..38 {
        let start = 0.2 + f64::from(index) * beat;
        if index % 4 == 0 {
            let root = if index % 8 == 0 { 60.0 } else { 65.0 };
            for step in [0.0, 4.0, 7.0] {
                let hertz = harmony::hertz(root + step);
                let note = voices::Note { start, length: 4.0 * beat, hertz, level: 0.1, pan: 0.0 };
                voices::bell(&mut sound, note);
            }
        }
        match index % 4 {
            0 => voices::kick(&mut sound, start, 0.8),
            2 => voices::kick(&mut sound, start, 0.3),
            _ => voices::hat(&mut sound, start, 0.1, 0.6, 0.0, &mut dice),
        }
    }
    let measured = measure(&sound.samples, 120.0, 0, false);
    assert!((measured.tempo - 121.0).abs() < 0.1, "{measured:?}");
    assert!((measured.downbeat - 0.2).abs() < 0.016, "{measured:?}");
}

#[test]
fn effects_stay_below_the_music_and_never_repeat() {
    let recording = &RECORDINGS[0];
    for tone in TONES {
        for seed in 0..6 {
            let mut dice = Dice::new(seed, "effects");
            let cuts = [0.0, 2.5, 6.0, 9.0, 12.0];
            let cues = effects::cues(tone, &cuts, 15.0, &mut dice);
            let lead_ins: Vec<_> =
                cues.iter().filter(|cue| cue.effect != effects::Effect::Hit).map(|cue| cue.effect).collect();
            assert_eq!(lead_ins.len(), 4);
            assert!(lead_ins.windows(2).all(|pair| pair[0] != pair[1]), "{lead_ins:?}");
            // Against steady noise, so that what is added can be told from it.
            let music: Vec<f32> = (0..15 * 96_000).map(|_| dice.range(-0.2, 0.2) as f32).collect();
            let mut mixed = music.clone();
            effects::add(&mut mixed, &cues, tone, recording, &mut dice);
            let added: Vec<f32> = mixed.iter().zip(&music).map(|(mixed, music)| mixed - music).collect();
            let loudest = added.chunks(4800).map(loudness).fold(0.0, f64::max);
            assert!(loudest > 0.1 * loudness(&music), "{tone:?}: nothing is heard");
            assert!(loudest < 0.9 * loudness(&music), "{tone:?}: {loudest}");
        }
    }
}

#[test]
fn cuts_of_a_planned_ad_meet_the_beats_that_are_played() {
    for tone in TONES {
        for seed in 0..4 {
            let brief = planned(tone, 15, seed);
            let recording = library::choose(brief.spec.tone, &brief.spec.category, brief.seed).unwrap();
            let cuts: Vec<f64> = brief.cuts.iter().map(|cut| cut.seconds()).collect();
            let arrangement = Arrangement::plan(recording, brief.length.seconds(), &cuts, 0);
            let grid = beat_grid(brief.spec.tone, &brief.spec.category, brief.seed).unwrap();
            for (at, cut) in brief.cuts.iter().zip(&cuts).skip(1) {
                if grid.place(*at, brief.cuts[1]) != Place::OnBeat || *cut >= arrangement.finish {
                    continue;
                }
                // The recording's own time at the cut, in beats from its downbeat.
                let part = arrangement.parts.iter().rev().find(|part| part.at <= cut + 0.03).unwrap();
                let beats = (part.from + cut - part.at - recording.downbeat) / recording.beat();
                let miss = (beats - beats.round()).abs() * recording.beat();
                assert!(miss < 0.03, "{} at {cut} s: {miss} s", recording.name);
            }
        }
    }
}
