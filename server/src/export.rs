//! Everything that AdMint keeps for a user, as one ZIP file.
//!
//! ```text
//! README.txt                what is where, and what could not be put in
//! account.json              the account, its figures and where it is logged in
//! ledger.csv                what was bought
//! videos/ID/                video.json, ad_ID.mp4, thumbnail.jpg, captions.srt, captions.vtt, timeline.json,
//!                           provenance.json
//! pictures/ID-ROLE.png      photos and logos
//! ```

use std::fmt::Write;

use admint_domain::{AppError, CaptionFormat, ErrorCode, GenerationId, LedgerQuery};
use admint_store::AssetKind;
use axum::response::Response;
use chrono::Utc;
use serde::Serialize;
use serde_json::json;

use crate::{
    api::money,
    auth::caller::CurrentCaller,
    state::AppState,
    zip::{self, Sizes, Zip, ZipFault},
};

/// What is put beside a video, and under which name.
const FILES: [(AssetKind, &str); 3] =
    [(AssetKind::Video, "mp4"), (AssetKind::Thumbnail, "jpg"), (AssetKind::Provenance, "json")];

pub async fn export(state: &AppState, caller: CurrentCaller) -> Result<Response, AppError> {
    // Whoever cannot be told anything is told so, and gets no file.
    let profile = state.backend.profile(caller.user.id).await?;
    let name = format!("admint-{}-{}.zip", caller.user.username, Utc::now().format("%Y-%m-%d"));
    tracing::info!(user.id = %caller.user.id, "exporting");
    let (state, stop) = (state.clone(), state.shutdown.clone());
    Ok(zip::respond(&name, Sizes::Any, stop, move |zip| async move {
        let mut export = Export { zip, state, caller, left_out: Vec::new() };
        export.account(&profile).await?;
        export.videos().await?;
        export.pictures().await?;
        export.read_me().await?;
        Ok(export.zip)
    }))
}

struct Export {
    zip: Zip,
    state: AppState,
    caller: CurrentCaller,
    /// Files that a row names and that are not there.
    left_out: Vec<String>,
}

impl Export {
    async fn account(&mut self, profile: &impl Serialize) -> Result<(), ZipFault> {
        let user = self.caller.user.id;
        let sessions = self.state.accounts.sessions(user, self.caller.session).await?;
        let spending = self.state.backend.spending(user).await?;
        let account = json!({
            "exported_at": Utc::now(),
            "profile": profile,
            "month_limit_usd": spending.own_cap,
            "sessions": sessions,
        });
        self.json("account.json", &account).await?;
        let purchases = self.state.backend.purchases(user, LedgerQuery::default()).await?;
        let table = money::csv(&purchases).map_err(|error| {
            tracing::error!(%error, "the ledger could not be written as a table");
            ZipFault::Unwritable("the ledger")
        })?;
        self.zip.add("ledger.csv", &table).await
    }

    async fn videos(&mut self) -> Result<(), ZipFault> {
        for id in self.state.store.generations_of(self.caller.user.id).await? {
            match self.video(id).await {
                // Deleted while others were written.
                Err(ZipFault::Backend(error)) if error.code == ErrorCode::NotFound => {}
                other => other?,
            }
        }
        Ok(())
    }

    async fn video(&mut self, id: GenerationId) -> Result<(), ZipFault> {
        let user = self.caller.user.id;
        let folder = format!("videos/{id}");
        let view = self.state.backend.generation(user, id).await?;
        self.json(&format!("{folder}/video.json"), &view).await?;
        for (kind, extension) in FILES {
            let Some(asset) = self.state.store.asset_of(user, id, kind).await? else { continue };
            let name = match kind {
                AssetKind::Video => format!("{folder}/ad_{id}.{extension}"),
                AssetKind::Thumbnail => format!("{folder}/thumbnail.{extension}"),
                _ => format!("{folder}/provenance.{extension}"),
            };
            self.file(&name, &asset.key).await?;
        }
        if let Some(timeline) = self.state.store.timeline_of(user, id).await? {
            self.json(&format!("{folder}/timeline.json"), &timeline).await?;
            for format in [CaptionFormat::Srt, CaptionFormat::WebVtt] {
                let text = timeline.caption_text(format);
                self.zip.add(&format!("{folder}/captions.{}", format.extension()), text.as_bytes()).await?;
            }
        }
        Ok(())
    }

    async fn pictures(&mut self) -> Result<(), ZipFault> {
        for picture in self.state.store.pictures_of(self.caller.user.id).await? {
            let name = format!("pictures/{}-{}.png", picture.id, picture.role);
            self.file(&name, &picture.key).await?;
        }
        Ok(())
    }

    async fn file(&mut self, name: &str, key: &str) -> Result<(), ZipFault> {
        match self.state.assets.stream(key, None).await? {
            Some(stream) => self.zip.add_stream(name, stream).await,
            None => {
                self.left_out.push(name.to_owned());
                Ok(())
            }
        }
    }

    async fn json(&mut self, name: &str, value: &impl Serialize) -> Result<(), ZipFault> {
        let text = serde_json::to_vec_pretty(value).map_err(|_| ZipFault::Unwritable("a document"))?;
        self.zip.add(name, &text).await
    }

    async fn read_me(&mut self) -> Result<(), ZipFault> {
        let mut text = String::from(
            "What AdMint keeps for you\n\n\
             account.json        your account, its figures, and where you are logged in\n\
             ledger.csv          what was bought, those of deleted videos among them\n\
             videos/             a folder for each video: what it is, the video, a picture of it, its captions,\n\
             \x20                   its timeline, and where all of it comes from\n\
             pictures/           your photos and logos, as they are used\n\n\
             Passwords are kept as a hash alone, and are not in here.\n",
        );
        for name in &self.left_out {
            // Writing to a text cannot fail.
            let _ = write!(text, "\nNot there any more: {name}");
        }
        self.zip.add("README.txt", text.as_bytes()).await
    }
}
