use admint_domain::{
    AdOptions, AdSpec, AspectRatio, Brief, FRAME_RATE, Frames, Prompt, ScenePlan, TargetDuration,
};
use admint_timeline::captions_of_speech;
use proptest::prelude::*;
use realfft::RealFftPlanner;

use super::*;
use crate::{plan_scenes, write_spec};

const LINES: [&str; 3] = [
    "Meet Northwind cold brew.",
    "Order today and save twenty percent.",
    "She sells sea shells by the sea shore, and every morning tastes better.",
];

fn decibels(ratio: f32) -> f32 {
    20.0 * ratio.max(1e-9).log10()
}

#[test]
fn speech_repeats_is_audible_and_does_not_clip() {
    let voice = Voice::load().unwrap();
    for line in LINES {
        let speech = voice.speak(line).unwrap();
        assert_eq!(speech, voice.speak(line).unwrap(), "{line}");
        assert!(
            speech.samples.iter().all(|sample| sample.is_finite() && sample.abs() <= PEAK + 1e-4),
            "{line}"
        );
        let level = decibels(root_mean_square(&speech.samples));
        assert!((-30.0..=-14.0).contains(&level), "{line}: {level} dB");
        let end = RATE as usize / 200;
        for silence in [&speech.samples[..end], &speech.samples[speech.samples.len() - end..]] {
            assert!(decibels(root_mean_square(silence)) < -45.0, "{line}");
        }
        let pace = line.split(' ').count() as f64 / speech.seconds() * 60.0;
        assert!((110.0..=240.0).contains(&pace), "{line}: {pace} words a minute");
    }
    assert_ne!(voice.speak(LINES[0]).unwrap().samples, voice.speak(LINES[1]).unwrap().samples);
}

#[test]
fn words_are_in_order_and_where_they_are_heard() {
    let voice = Voice::load().unwrap();
    for line in LINES {
        let speech = voice.speak(line).unwrap();
        let said: Vec<&str> = speech.words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(said.join(" "), line);
        assert!(speech.words.windows(2).all(|pair| pair[0].end <= pair[1].start), "{:?}", speech.words);
        assert_eq!(speech.words.iter().filter(|word| word.last).count(), 1);
        let loud = root_mean_square(&speech.samples);
        for word in &speech.words {
            assert!(word.start < word.end && word.end <= speech.samples.len(), "{word:?}");
            let level = root_mean_square(&speech.samples[word.start..word.end]);
            assert!(level > loud * 0.15, "`{}` is not heard where it should be", word.text);
        }
        // The model's clock agrees with the ear: the first word begins with the first sound.
        let onset = speech.samples.iter().position(|sample| sample.abs() > 0.02).unwrap();
        let late = onset as f64 - speech.words[0].start as f64;
        assert!(late.abs() < f64::from(RATE) * 0.06, "{line}: {late} samples");
    }
}

#[test]
fn what_cannot_be_said_is_silence_and_no_fault() {
    let voice = Voice::load().unwrap();
    for text in ["", "   ", "\u{1f680}\u{1f680}", "\u{2192} \u{2026}", "***", "\u{4f60}\u{597d}"] {
        assert_eq!(voice.speak(text).unwrap(), Speech::default(), "{text:?}");
    }
    let endless = "a".repeat(500);
    assert!(voice.speak(&endless).is_ok());
    let long = "very ".repeat(120) + "long.";
    let speech = voice.speak(&long).unwrap();
    assert_eq!(speech.words.len(), 121);
    assert!(speech.words.windows(2).all(|pair| pair[0].end <= pair[1].start));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_can_be_read(text in "\\PC{0,60}|[A-Za-z0-9$%.,:/#@&'()\\[\\]+-]{0,30}( [a-z0-9%-]{1,8}){0,4}") {
        READER.with(|reader| {
            for sentence in sentences(&text) {
                let words: Vec<&str> =
                    sentence.iter().flat_map(|word| word.spoken.split_whitespace()).collect();
                prop_assert!(!words.is_empty());
                let sounds = reader.read(&words).unwrap();
                let mut before = 0;
                for word in sounds.words.iter().filter(|word| !word.is_empty()) {
                    prop_assert!(before <= word.start && word.end < sounds.numbers.len());
                    before = word.end;
                }
            }
            Ok(())
        })?;
    }
}

thread_local! {
    static READER: Reader = Reader::load().unwrap();
}

#[test]
fn a_price_is_one_word_to_the_eye_and_three_to_the_ear() {
    let voice = Voice::load().unwrap();
    let speech = voice.speak("Only $19.99 today").unwrap();
    let said: Vec<&str> = speech.words.iter().map(|word| word.text.as_str()).collect();
    assert_eq!(said, ["Only", "$19.99", "today"]);
    let length = |index: usize| speech.words[index].end - speech.words[index].start;
    assert!(length(1) > 2 * length(0), "{:?}", speech.words);
}

/// What the model's own authors' program makes of the first line, as the levels of 16 bands of equal
/// width on the mel scale up to 8 kHz, every 25 ms, one hexadecimal byte each: 96 dB below the loudest is 0.
const REFERENCE: &str = include_str!("reference.txt");

#[test]
fn the_voice_sounds_as_its_authors_made_it() {
    let expected: Vec<Vec<f32>> = REFERENCE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let bytes = line.as_bytes().chunks(2);
            bytes
                .map(|pair| f32::from(u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()))
                .collect()
        })
        .collect();
    let voice = Voice::load().unwrap();
    let words: Vec<&str> = LINES[0].split(' ').collect();
    let sounds = voice.reader.read(&words).unwrap();
    let utterance = voice.model.say(&sounds.numbers, 1.0).unwrap();
    let samples = vocoder::synthesise(&utterance.spectra, &mut Dice::new(0, "breath")).unwrap();
    let actual = bands(&samples);
    // A sound's length is a rounded number, and on another processor the last digit before it may differ.
    let apart = (actual.len() / FINE).abs_diff(expected.len());
    assert!(apart <= 2, "{} and {} frames", actual.len() / FINE, expected.len());
    let mean = nearest_path(&expected, &actual);
    assert!(mean < 1.5, "{mean} dB apart");
}

/// Of the made sound, places that are looked at for each one of the reference.
const FINE: usize = 4;

/// How far apart the sounds are, in dB, when the made one may run a little ahead or behind: by at most two
/// places of the reference, and never changing by more than a quarter of one from place to place.
fn nearest_path(expected: &[Vec<f32>], actual: &[Vec<f32>]) -> f32 {
    const REACH: usize = 2 * FINE;
    let distance = |expected: &[f32], at: Option<usize>| -> (f32, u32) {
        let Some(actual) = at.and_then(|at| actual.get(at)) else { return (f32::INFINITY, 0) };
        // Where there is hardly a sound, there is only noise to compare.
        let loud = expected.iter().zip(actual).filter(|(expected, _)| **expected > 96.0);
        loud.fold((0.0, 0), |(sum, count), (expected, actual)| {
            (sum + (actual - expected).abs() * 96.0 / 255.0, count + 1)
        })
    };
    let mut best = vec![0.0_f32; 2 * REACH + 1];
    let mut count = 0;
    for (index, expected) in expected.iter().enumerate() {
        let before = best.clone();
        let mut compared = 0;
        for (offset, best) in best.iter_mut().enumerate() {
            let (here, loud) = distance(expected, (index * FINE + offset).checked_sub(REACH));
            compared = compared.max(loud);
            let from = &before[offset.saturating_sub(1)..(offset + 2).min(before.len())];
            *best = here + from.iter().copied().fold(f32::INFINITY, f32::min);
        }
        // Before its beginning and after its end there is nothing to compare with.
        if best.iter().all(|sum| sum.is_infinite()) {
            best = before;
        }
        count += compared;
    }
    assert!(count > 500, "{count} bands are loud enough");
    best.into_iter().fold(f32::INFINITY, f32::min) / count as f32
}

/// See [`REFERENCE`], but [`FINE`] times as often.
fn bands(samples: &[f32]) -> Vec<Vec<f32>> {
    let hop = RATE as usize / 40;
    let transform = RealFftPlanner::<f32>::new().plan_fft_forward(hop);
    let mel = |hertz: f32| 2595.0 * (1.0 + hertz / 700.0).log10();
    let energies: Vec<Vec<f32>> = samples
        .windows(hop)
        .step_by(hop / FINE)
        .map(|chunk| {
            let mut windowed: Vec<f32> = chunk
                .iter()
                .enumerate()
                .map(|(at, sample)| {
                    sample * (std::f32::consts::PI * (at as f32 + 0.5) / hop as f32).sin().powi(2)
                })
                .collect();
            let mut spectrum = transform.make_output_vec();
            transform.process(&mut windowed, &mut spectrum).unwrap();
            let mut bands = vec![0.0; 16];
            for (bin, value) in spectrum.iter().enumerate().skip(1) {
                let band = (mel(bin as f32 * 40.0) / mel(8000.0) * 16.0) as usize;
                if let Some(band) = bands.get_mut(band) {
                    *band += value.norm_sqr();
                }
            }
            bands
        })
        .collect();
    let loudest = energies.iter().flatten().copied().fold(0.0, f32::max);
    let level =
        |energy: &f32| ((10.0 * (energy / loudest).max(1e-12).log10() + 96.0) / 96.0 * 255.0).max(0.0);
    energies.iter().map(|bands| bands.iter().map(level).collect()).collect()
}

fn plan(prompt: &str, seconds: u32, seed: u32) -> (AdSpec, ScenePlan) {
    let brief = Brief {
        prompt: Prompt::parse(prompt).unwrap(),
        aspect: AspectRatio::Portrait9x16,
        duration: TargetDuration::parse(seconds).unwrap(),
        seed,
        options: AdOptions::default(),
    };
    let spec = write_spec(&brief);
    let plan = plan_scenes(&brief, &spec);
    (spec, plan)
}

const PROMPTS: [&str; 20] = [
    "Northwind cold brew coffee for busy parents who hate bitter iced coffee, 20% off this week at northwind.coffee",
    "A vegan night serum called GlowLab for tired skin, from $29",
    "Trailblaze running shoes that stop knee pain for weekend runners",
    "An app that helps freelancers chase unpaid invoices automatically",
    "Handmade soy candles that smell like a forest after rain",
    "Online Spanish lessons for travellers, first lesson free",
    "Luna, a weighted blanket for people who cannot fall asleep",
    "Crunchy organic dog biscuits without grain, buy 2 get 1 free",
    "A bike repair service that comes to your office in Portland",
    "Family pizzeria Da Marco, wood fired, open until 11pm",
    "Noise cancelling headphones for open offices, 40 hours of battery",
    "Sunscreen SPF 50 for sensitive skin that leaves no white cast",
    "BrightSmile whitening strips, visible results in 7 days",
    "Solar panels for small houses that cut the power bill by 60%",
    "A yoga studio for beginners in Austin, Texas, $15 drop-in classes",
    "Oat milk that foams like the real thing, for baristas at home",
    "KITEWORKS, a drone school for teenagers",
    "Leather wallets made by hand in Vermont, guaranteed for life",
    "Gluten-free sourdough bread delivered every Saturday morning",
    "A budgeting app for students: save $1,000 a year without spreadsheets",
];

#[test]
fn every_line_fits_its_scene_in_ads_of_every_kind() {
    let voice = Voice::load().unwrap();
    let mut silent = Vec::new();
    for (index, prompt) in PROMPTS.iter().enumerate() {
        let (spec, plan) = plan(prompt, [10, 15, 20, 30][index % 4], index as u32);
        let narration = voice.narrate(&spec, &plan).unwrap_or_else(|reason| panic!("{prompt}: {reason}"));
        check_fits(&narration, &plan);
        for (scene, planned) in plan.scenes().iter().enumerate() {
            if !narration.lines.iter().any(|line| line.scene == scene) {
                silent.push(planned.overlays[0].text.clone());
            }
        }
    }
    assert!(silent.len() <= 4, "scenes without a line: {silent:?}");
}

#[track_caller]
fn check_fits(narration: &Narration, plan: &ScenePlan) {
    let per_frame = (RATE / FRAME_RATE) as usize;
    assert_eq!(narration.samples.len(), plan.total().0 as usize * per_frame);
    assert!(narration.samples.iter().all(|sample| sample.is_finite() && sample.abs() <= PEAK + 1e-4));
    let mut start = Frames::ZERO;
    let mut quiet_until = 0;
    for (index, scene) in plan.scenes().iter().enumerate() {
        let end = start + scene.length;
        let shown: Vec<String> =
            scene.overlays.iter().map(|overlay| overlay.text.replace('\u{2019}', "'")).collect();
        for line in narration.lines.iter().filter(|line| line.scene == index) {
            let last = index + 1 == plan.scenes().len();
            let first_free = if index == 0 { Frames::ZERO } else { start + plan.crossfade() };
            let fade = if last { Frames::ZERO } else { plan.crossfade() };
            assert!(line.from > first_free && line.to <= end - fade, "{line:?}");
            assert!(
                narration.samples[quiet_until..line.from.0 as usize * per_frame].iter().all(|s| *s == 0.0)
            );
            quiet_until = line.to.0 as usize * per_frame;
            let mut before = line.from;
            for word in &line.words {
                assert!(
                    before <= word.from && word.from < word.to && word.to <= line.to + Frames(1),
                    "{line:?}"
                );
                before = word.to;
                // What is heard is what is read.
                let read = word.text.trim_end_matches('.');
                assert!(shown.iter().any(|text| text.contains(read)), "`{}` of {shown:?}", word.text);
            }
        }
        start = end - plan.crossfade();
    }
    assert!(narration.samples[quiet_until..].iter().all(|sample| *sample == 0.0));
    let captions = captions_of_speech(narration.lines.iter().map(|line| line.words.as_slice()), plan.total());
    assert!(captions.len() >= narration.lines.len());
}

#[test]
fn narration_repeats() {
    let voice = Voice::load().unwrap();
    let (spec, plan) = plan(PROMPTS[1], 15, 3);
    assert_eq!(voice.narrate(&spec, &plan), voice.narrate(&spec, &plan));
}

#[test]
fn other_languages_go_without_a_voice() {
    let voice = Voice::load().unwrap();
    for prompt in [
        "Frischer Kaffee f\u{fc}r m\u{fc}de Eltern mit wenig Zeit",
        "Des bougies artisanales pour les soir\u{e9}es d'hiver",
        "Zapatillas ligeras para correr sin dolor de rodilla",
        "Un gelato artigianale per le sere d'estate con gli amici",
        "Een warme deken voor koude avonden op de bank",
        "Recznie robione swiece dla domu i nie tylko z wosku",
        "\u{421}\u{432}\u{435}\u{436}\u{438}\u{439} \u{43a}\u{43e}\u{444}\u{435} \u{434}\u{43b}\u{44f} \u{442}\u{435}\u{445}, \u{43a}\u{442}\u{43e} \u{440}\u{430}\u{43d}\u{43e} \u{432}\u{441}\u{442}\u{430}\u{451}\u{442}",
        "\u{6bcf}\u{5929}\u{65e9}\u{4e0a}\u{65b0}\u{9c9c}\u{7684}\u{5496}\u{5561}\u{9001}\u{5230}\u{5bb6}",
        "\u{642}\u{647}\u{648}\u{629} \u{639}\u{631}\u{628}\u{64a}\u{629} \u{637}\u{627}\u{632}\u{62c}\u{629} \u{643}\u{644} \u{635}\u{628}\u{627}\u{62d}",
    ] {
        let (spec, plan) = plan(prompt, 15, 1);
        assert_eq!(voice.narrate(&spec, &plan), Err(Unvoiced::OtherLanguage), "{prompt}");
    }
}
