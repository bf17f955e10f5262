//! Whose work is in an ad, and who made its parts: the record that is kept beside it, to be read and printed.

use admint_domain::{AppError, Credit, GenerationId, Provenance};
use leptos::prelude::*;
use leptos_meta::Stylesheet;

use super::plain::{Cell, Columns, plain_page};
use crate::{components::ErrorText, display};

/// Below the video's own address.
pub fn provenance_path(id: GenerationId) -> String {
    format!("/videos/{id}/provenance")
}

/// The whole document.
pub fn provenance_page(options: LeptosOptions, record: Result<Provenance, AppError>) -> impl IntoView {
    plain_page(options, "Whose work is in this ad", move || {
        view! {
            <Stylesheet href="/record.css"/>
            <section class="page money record">
                {match record {
                    Ok(record) => view! { <Record record/> }.into_any(),
                    Err(error) => {
                        view! {
                            <h1>"Whose work is in this ad"</h1>
                            <ErrorText message=error.message/>
                            <p>
                                <a href="/gallery">"To your ads"</a>
                            </p>
                        }
                            .into_any()
                    }
                }}
            </section>
        }
    })
}

#[component]
fn Record(record: Provenance) -> impl IntoView {
    let Provenance { id, prompt, credits, left_out, made_at, .. } = record.clone();
    let resolution = record.aspect_ratio.resolution();
    let facts = [
        ("Made with", record.made_with),
        ("Made on", display::date_and_time(made_at)),
        ("Length", display::length(record.duration_seconds)),
        ("Picture", format!("{} · {} × {}", record.aspect_ratio, resolution.width, resolution.height)),
        ("Look", record.art_direction.name().to_owned()),
        ("Plan", format!("{}, {}", record.framework.as_str(), record.framework.long_name())),
        ("Seed", record.seed.to_string()),
        ("Number", id.to_string()),
    ];
    let makers = [
        ("The plan", Some(record.planner)),
        ("The pictures", Some(record.video_model)),
        ("The music", Some(record.music_model)),
        ("The voice", record.voice_model),
    ];
    let json = format!("/api/generations/{id}/provenance?download=1");
    view! {
        <p class="crumb">
            <a href=format!("/videos/{id}")>"Back to the video"</a>
        </p>
        <h1>"Whose work is in this ad"</h1>
        <p class="money-prompt" dir="auto">{prompt}</p>
        <p class="record-actions">
            <a class="button" href=json download=format!("ad_{id}.json")>"Download as JSON"</a>
            <span class="quiet-text">"This page prints well, too."</span>
        </p>
        <h2>"The ad"</h2>
        <dl class="record-facts">
            {facts
                .into_iter()
                .map(|(name, value)| view! { <div><dt>{name}</dt> <dd>{value}</dd></div> })
                .collect_view()}
        </dl>
        <h2>"Who made its parts"</h2>
        <dl class="record-facts">
            {makers
                .into_iter()
                .filter_map(|(name, maker)| Some((name, maker?)))
                .map(|(name, maker)| view! { <div><dt>{name}</dt> <dd>{maker}</dd></div> })
                .collect_view()}
        </dl>
        <h2>"What others made"</h2>
        {if credits.is_empty() {
            view! { <p class="quiet-text">"Nobody else's work is in this ad."</p> }.into_any()
        } else {
            view! {
                <table class="ledger" role="table">
                    <caption class="visually-hidden">"Works of others in this ad, with their licences"</caption>
                    <Columns names=vec!["What", "By", "Licence", "Used for"]/>
                    <tbody role="rowgroup">{credits.into_iter().map(|credit| view! { <Work credit/> }).collect_view()}</tbody>
                </table>
            }
                .into_any()
        }}
        {(!left_out.is_empty())
            .then(|| {
                view! {
                    <h2>"What is missing"</h2>
                    <ul class="record-missing">
                        {left_out.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view()}
                    </ul>
                }
            })}
    }
}

#[component]
fn Work(credit: Credit) -> impl IntoView {
    let Credit { name, version, licence, author, source, used_for } = credit;
    // What a package says of itself is no link unless it is one.
    let place = if source.starts_with("https://") {
        view! { <a class="source" href=source.clone() rel="noreferrer">{source.clone()}</a> }.into_any()
    } else {
        view! { <span class="source">{source}</span> }.into_any()
    };
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">{name} " " {version} {place}</th>
            <Cell name="By">{author}</Cell>
            <Cell name="Licence">{licence}</Cell>
            <Cell name="Used for">{used_for}</Cell>
        </tr>
    }
}
