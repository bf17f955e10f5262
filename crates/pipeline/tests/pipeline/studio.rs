//! Whole ads by the embedded engine, with real ffmpeg.

use crate::support::{Desk, create};
use admint_domain::{AspectRatio, Backend, CreateGeneration, Frames, GenerationId, GenerationStatus};
use admint_store::AssetKind;

fn square(prompt: &str, seed: u32) -> CreateGeneration {
    CreateGeneration { aspect_ratio: Some(AspectRatio::Square), seed: Some(seed), ..create(prompt) }
}

async fn film_of(desk: &Desk, id: GenerationId) -> String {
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{}: {:?}", view.prompt, view.error);
    let film = desk.asset(id, AssetKind::Stitched).await.unwrap();
    assert_eq!(film.frames, Some(Frames::from_seconds(9)));
    film.sha256
}

/// The film holds every pixel, so one hash is all frames.
#[tokio::test]
async fn the_same_seed_is_the_same_film_to_the_bit_and_another_is_another() {
    let desk = Desk::studio().await;
    let prompt = "Northwind cold brew for people who get up early";
    let mut made = Vec::new();
    for seed in [7, 7, 8] {
        made.push(desk.create(square(prompt, seed)).await);
    }
    desk.work().await;
    let [first, again, other] = [made[0], made[1], made[2]];
    let films = [film_of(&desk, first).await, film_of(&desk, again).await, film_of(&desk, other).await];
    assert_eq!(films[0], films[1]);
    assert_ne!(films[0], films[2]);

    // What is drawn whenever it is wanted needs no file of frames.
    let clip = desk.asset(first, AssetKind::Clip).await.unwrap();
    assert_eq!(clip.content_type, "application/json");
}

#[tokio::test]
async fn odd_prompts_become_ads_too() {
    let desk = Desk::studio().await;
    let mut made = Vec::new();
    let prompts = [
        "Buy it now!!! The best deal ever",
        "https://example.com/shop/123",
        &"x".repeat(500),
        "\u{1f525}\u{1f525} wow \u{1f680} \u{1f496}",
    ];
    for prompt in prompts {
        made.push(desk.create(square(prompt, 7)).await);
    }
    desk.work().await;
    for id in made {
        film_of(&desk, id).await;
    }
}
