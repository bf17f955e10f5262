//! Writes the soundtracks of 24 ads into a folder, to be listened to or measured, and prints what each is
//! made of and how long it took. The files are bare samples: 32-bit floats, stereo, 48 kHz.
//!
//! `cargo run --release -p admint-studio --example soundtracks -- FOLDER`
//! `ffplay -f f32le -ar 48000 -ch_layout stereo FOLDER/00.f32`

use std::{path::PathBuf, time::Instant};

use admint_domain::{AdOptions, AspectRatio, Brief, Prompt, TargetDuration};
use admint_studio::{Place, ScoreBrief, beat_grid, plan_scenes, score, write_spec};

const PROMPTS: [&str; 24] = [
    "Northwind cold brew coffee for busy parents who hate bitter iced coffee",
    "A calm herbal tea for the last hour of the day",
    "Sourdough bakery in Berlin, fresh bread every morning at six",
    "Wood-fired pizza with free delivery tonight",
    "Handmade dark chocolate truffles as a gift",
    "Energy drink for gamers, zero sugar, big taste",
    "A vegan skincare serum that makes your skin glow",
    "Velvet Riot perfume, bold and elegant",
    "Gold rings made to order in a small workshop",
    "Running shoes from Nimbus with super light foam, $89",
    "Swiss automatic watch for people who value time",
    "Gym membership that gets you strong in twelve weeks",
    "Luna is a yoga studio for beginners",
    "Electric bike that climbs any hill",
    "A habit tracker app without ads",
    "Noise-cancelling headphones for open offices",
    "A cozy detective novel for rainy evenings",
    "Learn Spanish in ten minutes a day",
    "A small hotel by the lake with breakfast on the terrace",
    "Oak tables built to last a lifetime",
    "House plants delivered alive and happy",
    "Handmade soy candles with lavender scent for cozy evenings",
    "Dog food with fresh chicken, your dog will dance",
    "Children's puzzles for rainy days",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name a folder")?);
    std::fs::create_dir_all(&folder)?;
    let (mut on, mut off, mut all) = (0, 0, 0);
    for (index, prompt) in PROMPTS.into_iter().enumerate() {
        let seed = index as u32 + 1;
        let duration = TargetDuration::parse([15, 15, 9, 20, 30, 12][index % 6])?;
        let brief = Brief {
            prompt: Prompt::parse(prompt)?,
            aspect: AspectRatio::Portrait9x16,
            duration,
            seed,
            options: AdOptions::default(),
        };
        let spec = write_spec(&brief);
        let plan = plan_scenes(&brief, &spec);
        let cuts = plan.starts();
        if let Some(grid) = beat_grid(spec.tone, &spec.category, seed) {
            for &cut in &cuts[2..] {
                all += 1;
                on += u32::from(grid.place(cut, cuts[1]) == Place::OnBeat);
                off += u32::from(grid.place(cut, cuts[1]) == Place::OffBeat);
            }
        }
        let (tone, category) = (spec.tone, spec.category.clone());
        let begun = Instant::now();
        let score = score(&ScoreBrief { spec, length: plan.total(), cuts: cuts.clone(), seed });
        let took = begun.elapsed();
        let bytes: Vec<u8> = score.samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        std::fs::write(folder.join(format!("{index:02}.f32")), bytes)?;
        println!(
            "{index:02} | {category} | {tone:?} | {} s | {} | {} ms | joins {:.3?} | cuts {:.2?}{}",
            duration.seconds(),
            score.recording.map_or("synthesised", |recording| recording.name),
            took.as_millis(),
            score.joins,
            cuts.iter().map(|cut| cut.seconds()).collect::<Vec<_>>(),
            score.warning.map_or(String::new(), |warning| format!(" | {warning}")),
        );
    }
    println!("{on} of {all} cuts after the first on a beat, {off} on an off-beat");
    Ok(())
}
