//! What models at Replicate say when they will not make what is asked for. Replicate has no code for it that all
//! share: a prediction fails with the words of whoever made the model.

/// Each in small letters, with who says so.
const SIGNS: [&str; 20] = [
    // Stable Diffusion and what follows it: "NSFW content detected. Try running it again, ..."
    "nsfw",
    // Replicate's own for models of vendors: "The input or output was flagged as sensitive. ... (E005)"
    "flagged as sensitive",
    "(e005)",
    // "Content was flagged by the safety system."
    "was flagged by",
    "been flagged by",
    "content moderation",
    "moderation failed",
    "moderation policy",
    "rejected by moderation",
    "our ai moderator",
    "content policy",
    "content_policy",
    "safety system",
    "safety filter",
    "safety checker",
    "safety policies",
    // Kling
    "risk control system",
    // Veo: "... violate Google's Responsible AI practices"
    "responsible ai",
    // Seedance
    "sensitive content",
    "sensitive information",
];

/// Whether a failed prediction, or a request that was turned down, was against a model's rules for content.
pub fn is_refusal(said: &str) -> bool {
    let said = said.to_lowercase();
    SIGNS.iter().any(|sign| said.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_told_from_other_failures() {
        let check = |said: &str, refused| assert_eq!(is_refusal(said), refused, "{said}");
        check("NSFW content detected. Try running it again, or try a different prompt.", true);
        let flagged =
            "The input or output was flagged as sensitive. Please try again with different inputs. (E005)";
        check(flagged, true);
        check("Content was flagged by the safety system. Try different prompts or inputs.", true);
        check("Your prompt was caught by our AI moderator. Please adjust it and try again!", true);
        check("Failure to pass the risk control system", true);
        check("The prompt could not be submitted: it may violate Google's Responsible AI practices.", true);
        check("Error: the request was rejected by moderation", true);

        check("CUDA out of memory. Tried to allocate 2.00 GiB", false);
        check("Prediction interrupted; please retry (code: PA)", false);
        check("E1001: model out of memory (OOM killed)", false);
        check("Director: unexpected error handling prediction (E9243)", false);
        check("- input.duration: must be one of 5, 10; field names are case-sensitive", false);
        check("resolution is not within the range of allowed options", false);
        check("the server is busy", false);
    }
}
