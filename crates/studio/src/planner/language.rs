//! Which language a prompt is in, and the few neutral lines that an ad needs in it beyond the user's
//! own words.

/// Lines that suit any product. Nothing here claims anything.
pub struct Phrases {
    pub code: &'static str,
    /// Frequent short words, to tell the language by; empty where the script tells it.
    telling: &'static [&'static str],
    /// Opens an ad; each at most seven words.
    pub openers: &'static [&'static str],
    pub middles: &'static [&'static str],
    pub closers: &'static [&'static str],
    /// From the third on only for things that are ordered.
    pub calls: &'static [&'static str],
}

pub const ENGLISH_TELLING: &[&str] = &[
    "the", "a", "an", "for", "with", "and", "of", "that", "my", "our", "your", "to", "who", "in", "is",
    "are", "on", "from", "without", "this", "it", "by", "at", "new", "which", "you", "we", "made", "or",
    "off",
];

static ALL: &[Phrases] = &[
    Phrases {
        code: "de",
        telling: &[
            "der", "die", "das", "und", "für", "mit", "ein", "eine", "einen", "von", "ohne", "im", "zum",
            "zur", "den", "auf", "ist", "aus", "dem", "wir", "nicht", "jeden", "jede", "jeder", "am", "vom",
            "vor", "bei", "unser", "unsere", "unseren", "ganz", "oder", "nach", "ab", "uhr", "wer", "alle",
            "ins",
        ],
        openers: &[
            "Schau mal her",
            "Schon entdeckt?",
            "Kurz mal innehalten",
            "Das hier ist neu",
            "Na, neugierig?",
            "Genau hinschauen lohnt sich",
        ],
        middles: &[
            "Einfach richtig gut",
            "Jeden Tag ein bisschen schöner",
            "Mit Liebe gemacht",
            "Darauf kann man sich freuen",
            "Für die kleinen Momente",
            "So soll es sein",
            "Gut bis ins Detail",
            "Mehr braucht es nicht",
        ],
        closers: &[
            "Jetzt bist du dran",
            "Probier es doch mal",
            "Überzeug dich selbst",
            "Lern uns kennen",
            "Nicht lange warten",
            "Ein guter Moment dafür",
        ],
        calls: &["Jetzt entdecken", "Mehr erfahren", "Jetzt bestellen"],
    },
    Phrases {
        code: "fr",
        telling: &[
            "le", "la", "les", "des", "et", "pour", "avec", "un", "une", "du", "sans", "votre", "vos",
            "dans", "notre", "est", "qui", "aux", "sur",
        ],
        openers: &[
            "Regardez bien",
            "Et si c’était vous ?",
            "Vous connaissez ?",
            "Petite pause, grande idée",
            "Ça commence ici",
            "Approchez un peu",
        ],
        middles: &[
            "Tout simplement bon",
            "Le plaisir au quotidien",
            "Fait avec soin",
            "Un rien qui change tout",
            "Comme il faut",
            "Pensé jusqu’au détail",
            "De belles choses bien faites",
            "Rien de plus, rien de moins",
        ],
        closers: &[
            "À vous de jouer",
            "Laissez-vous tenter",
            "Venez voir",
            "On vous attend",
            "Et maintenant, à vous",
            "Il n’y a plus qu’à essayer",
        ],
        calls: &["Découvrir", "J’en profite", "Commander"],
    },
    Phrases {
        code: "es",
        telling: &[
            "el", "los", "las", "y", "para", "con", "una", "del", "sin", "tu", "tus", "que", "en", "nuestro",
            "nuestra", "es", "por", "su", "al",
        ],
        openers: &[
            "Mira esto",
            "¿Ya lo conoces?",
            "Para un momento",
            "Esto te va a gustar",
            "¿Y si fuera así?",
            "Acércate un poco",
        ],
        middles: &[
            "Así de sencillo",
            "Cada día un poco mejor",
            "Hecho con cariño",
            "Como tiene que ser",
            "Se nota en los detalles",
            "Para disfrutar sin prisa",
            "Ni más ni menos",
            "Lo bueno se nota",
        ],
        closers: &[
            "Ahora te toca a ti",
            "Pruébalo",
            "Ven a verlo",
            "Te esperamos",
            "No lo dejes pasar",
            "Compruébalo tú",
        ],
        calls: &["Descúbrelo", "Lo quiero", "Pedir ahora"],
    },
    Phrases {
        code: "it",
        telling: &[
            "il", "lo", "gli", "e", "per", "con", "una", "di", "senza", "che", "della", "dei", "nel", "tuo",
            "tua", "nostro", "alla", "sono",
        ],
        openers: &[
            "Guarda qui",
            "Lo conosci già?",
            "Fermati un attimo",
            "Questo ti piacerà",
            "E se fosse così?",
            "Avvicinati un po’",
        ],
        middles: &[
            "Semplicemente buono",
            "Ogni giorno un po’ meglio",
            "Fatto con cura",
            "Come deve essere",
            "Si sente nei dettagli",
            "Da godersi senza fretta",
            "Né più né meno",
            "Le cose fatte bene",
        ],
        closers: &[
            "Ora tocca a te",
            "Provalo anche tu",
            "Vieni a vedere",
            "Ti aspettiamo",
            "Non lasciartelo scappare",
            "Cosa aspetti?",
        ],
        calls: &["Scoprilo ora", "Lo voglio", "Ordina ora"],
    },
    Phrases {
        code: "pt",
        telling: &[
            "o", "os", "as", "e", "para", "com", "uma", "um", "do", "da", "sem", "seu", "sua", "que", "em",
            "nosso", "n\u{e3}o", "dos", "ao",
        ],
        openers: &[
            "Olha só",
            "Já conhece?",
            "Pare um instante",
            "Você vai gostar disto",
            "E se fosse assim?",
            "Chegue mais perto",
        ],
        middles: &[
            "Simples assim",
            "Um dia melhor, todo dia",
            "Feito com carinho",
            "Do jeito que deve ser",
            "Dá para notar nos detalhes",
            "Para aproveitar sem pressa",
            "Nem mais, nem menos",
            "Coisa bem feita",
        ],
        closers: &[
            "Agora é com você",
            "Experimente",
            "Venha ver",
            "Esperamos você",
            "Não deixe passar",
            "Vem provar",
        ],
        calls: &["Descubra", "Eu quero", "Peça agora"],
    },
    Phrases {
        code: "nl",
        telling: &[
            "de", "het", "een", "en", "voor", "met", "van", "zonder", "jouw", "onze", "die", "dat", "is",
            "uit", "op", "niet", "je",
        ],
        openers: &[
            "Kijk eens",
            "Al ontdekt?",
            "Even stilstaan",
            "Dit ga je leuk vinden",
            "En als het zo was?",
            "Kom eens dichterbij",
        ],
        middles: &[
            "Gewoon heel goed",
            "Elke dag een beetje mooier",
            "Met zorg gemaakt",
            "Zoals het hoort",
            "Tot in de details",
            "Om rustig van te genieten",
            "Niet meer, niet minder",
            "Zo simpel kan het zijn",
        ],
        closers: &[
            "Nu is het jouw beurt",
            "Probeer het zelf",
            "Kom maar kijken",
            "Tot snel",
            "Waar wacht je op?",
            "Ervaar het zelf",
        ],
        calls: &["Ontdek het nu", "Bekijk meer", "Bestel nu"],
    },
    Phrases {
        code: "pl",
        telling: &[
            "i",
            "dla",
            "z",
            "na",
            "w",
            "bez",
            "do",
            "nie",
            "jest",
            "twoje",
            "nasze",
            "kt\u{f3}re",
            "si\u{119}",
            "od",
        ],
        openers: &["Sp\u{f3}jrz na to", "Ju\u{17c} znasz?"],
        middles: &["Po prostu dobre", "Codziennie troch\u{119} lepiej", "Zrobione z sercem"],
        closers: &["Teraz Twoja kolej", "Spr\u{f3}buj sam"],
        calls: &["Odkryj teraz", "Zobacz wi\u{119}cej"],
    },
    Phrases {
        code: "tr",
        telling: &["ve", "i\u{e7}in", "ile", "bir", "bu", "\u{e7}ok", "yeni", "olan", "her", "en"],
        openers: &["Bir bak", "Ke\u{15f}fettin mi?"],
        middles: &[
            "\u{130}\u{15f}te bu kadar iyi",
            "Her g\u{fc}n biraz daha g\u{fc}zel",
            "\u{d6}zenle haz\u{131}rland\u{131}",
        ],
        closers: &["S\u{131}ra sende", "Hemen dene"],
        calls: &["Hemen ke\u{15f}fet", "\u{130}ncele"],
    },
    Phrases {
        code: "sv",
        telling: &[
            "och", "f\u{f6}r", "med", "ett", "som", "utan", "din", "ditt", "v\u{e5}r", "p\u{e5}", "av",
            "\u{e4}r",
        ],
        openers: &["Titta h\u{e4}r", "Har du sett den?"],
        middles: &["Helt enkelt bra", "Lite b\u{e4}ttre varje dag", "Gjort med omtanke"],
        closers: &["Nu \u{e4}r det din tur", "Prova sj\u{e4}lv"],
        calls: &["Uppt\u{e4}ck nu", "Se mer"],
    },
    Phrases {
        code: "ru",
        telling: &[
            "\u{438}",
            "\u{434}\u{43b}\u{44f}",
            "\u{441}",
            "\u{432}",
            "\u{43d}\u{430}",
            "\u{431}\u{435}\u{437}",
            "\u{43d}\u{435}",
            "\u{43a}\u{430}\u{436}\u{434}\u{44b}\u{439}",
        ],
        openers: &["Только посмотрите", "Уже пробовали?"],
        middles: &["Просто хорошо", "Каждый день чуть лучше", "Сделано с душой"],
        closers: &["Теперь ваша очередь", "Попробуйте сами"],
        calls: &["Узнать больше", "Попробовать"],
    },
    Phrases {
        code: "uk",
        telling: &[
            "\u{456}",
            "\u{442}\u{430}",
            "\u{457}",
            "\u{437}",
            "\u{454}",
            "\u{449}\u{43e}",
            "\u{43a}\u{43e}\u{436}\u{43d}\u{43e}\u{433}\u{43e}",
        ],
        openers: &["Погляньте", "Вже куштували?"],
        middles: &["Просто добре", "Щодня трохи краще", "Зроблено з любов\u{2019}ю"],
        closers: &["Тепер ваша черга", "Спробуйте самі"],
        calls: &["Дізнатися більше", "Спробувати"],
    },
    Phrases {
        code: "el",
        telling: &[],
        openers: &["Δείτε το", "Το γνωρίζετε;"],
        middles: &["Απλά καλό", "Κάθε μέρα λίγο καλύτερα", "Με φροντίδα"],
        closers: &["Τώρα η σειρά σας", "Δοκιμάστε το"],
        calls: &["Ανακαλύψτε το", "Δείτε περισσότερα"],
    },
    Phrases {
        code: "ar",
        telling: &[],
        openers: &["شاهد هذا", "هل جربته؟"],
        middles: &["ببساطة رائع", "كل يوم أجمل", "صنع بعناية"],
        closers: &["حان دورك", "جربه اليوم"],
        calls: &["اكتشف الآن", "اطلبه الآن"],
    },
    Phrases {
        code: "he",
        telling: &[],
        openers: &["תראו את זה", "כבר הכרתם?"],
        middles: &["פשוט טוב", "כל יום קצת יותר טוב", "נעשה באהבה"],
        closers: &["עכשיו תורכם", "נסו בעצמכם"],
        calls: &["גלו עכשיו", "לפרטים"],
    },
    Phrases {
        code: "ja",
        telling: &[],
        openers: &["見つけた。", "もう試しましたか?"],
        middles: &["ちょうどいい、を毎日に", "毎日を少し特別に", "ていねいに、まっすぐに"],
        closers: &["次は、あなたの番", "まずは、ひとつ"],
        calls: &["詳しく見る", "今すぐチェック"],
    },
    Phrases {
        code: "zh",
        telling: &[],
        openers: &["看过来", "你试过了吗?"],
        middles: &["就是这么好", "每天更好一点", "用心而做"],
        closers: &["现在轮到你了", "亲自试试"],
        calls: &["立即了解", "马上体验"],
    },
    Phrases {
        code: "ko",
        telling: &[],
        openers: &["여기 보세요", "만나보셨나요?"],
        middles: &["그냥 좋은 것", "매일 조금 더 좋게", "정성을 담아"],
        closers: &["이제 당신 차례", "직접 느껴보세요"],
        calls: &["지금 만나보기", "자세히 보기"],
    },
    Phrases {
        code: "hi",
        telling: &[],
        openers: &["यह देखिए", "क्या आपने आज़माया?"],
        middles: &["बस, अच्छा", "हर दिन थोड़ा बेहतर", "प्यार से बनाया"],
        closers: &["अब आपकी बारी", "आज ही आज़माएँ"],
        calls: &["अभी देखें", "और जानें"],
    },
    Phrases {
        code: "th",
        telling: &[],
        openers: &["ลองดูสิ", "ลองแล้วหรือยัง?"],
        middles: &["ดีอย่างเรียบง่าย", "ทุกวันดีขึ้นอีกนิด", "ทำด้วยใจ"],
        closers: &["ถึงตาคุณแล้ว", "ลองเลยวันนี้"],
        calls: &["ดูเพิ่มเติม", "ลองเลย"],
    },
    Phrases {
        code: "vi",
        telling: &["và", "cho", "với", "của", "không", "những", "mỗi", "tại", "là", "được"],
        openers: &["Xem này", "Bạn đã thử chưa?"],
        middles: &["Đơn giản là ngon", "Mỗi ngày tốt hơn một chút", "Làm bằng cả trái tim"],
        closers: &["Đến lượt bạn", "Thử ngay hôm nay"],
        calls: &["Xem ngay", "Tìm hiểu thêm"],
    },
    Phrases {
        code: "id",
        telling: &["dan", "untuk", "dengan", "yang", "dari", "tanpa", "setiap", "di", "anda", "kami"],
        openers: &["Lihat ini", "Sudah coba?"],
        middles: &["Memang sebaik itu", "Setiap hari sedikit lebih baik", "Dibuat dengan hati"],
        closers: &["Sekarang giliran Anda", "Coba hari ini"],
        calls: &["Lihat sekarang", "Selengkapnya"],
    },
    Phrases {
        code: "cs",
        telling: &[
            "a",
            "pro",
            "s",
            "bez",
            "ze",
            "ka\u{17e}d\u{fd}",
            "na\u{161}e",
            "v\u{e1}\u{161}",
            "kter\u{e9}",
            "je",
        ],
        openers: &["Podívejte se", "Už znáte?"],
        middles: &["Prostě dobré", "Každý den o trochu lépe", "Vyrobeno s péčí"],
        closers: &["Teď jste na řadě", "Zkuste to sami"],
        calls: &["Objevte více", "Zjistit více"],
    },
    Phrases {
        code: "da",
        telling: &["og", "til", "med", "uden", "en", "et", "der", "som", "vores", "din", "p\u{e5}", "hver"],
        openers: &["Se her", "Har du prøvet?"],
        middles: &["Simpelthen godt", "Lidt bedre hver dag", "Lavet med omhu"],
        closers: &["Nu er det din tur", "Prøv selv"],
        calls: &["Se mere", "Prøv nu"],
    },
    Phrases {
        code: "fi",
        telling: &["ja", "on", "ilman", "kanssa", "joka", "sinun", "meid\u{e4}n", "kun", "ei"],
        openers: &["Katso tätä", "Joko kokeilit?"],
        middles: &["Yksinkertaisesti hyvää", "Joka päivä vähän parempi", "Huolella tehty"],
        closers: &["Nyt on sinun vuorosi", "Kokeile itse"],
        calls: &["Katso lisää", "Kokeile nyt"],
    },
    Phrases {
        code: "ro",
        telling: &["\u{219}i", "pentru", "cu", "f\u{103}r\u{103}", "din", "un", "o", "la", "este", "care"],
        openers: &["Privește", "Ai încercat?"],
        middles: &["Pur și simplu bun", "În fiecare zi puțin mai bine", "Făcut cu grijă"],
        closers: &["Acum e rândul tău", "Încearcă și tu"],
        calls: &["Descoperă", "Vezi mai mult"],
    },
    Phrases {
        code: "hu",
        telling: &["\u{e9}s", "egy", "a", "az", "n\u{e9}lk\u{fc}l", "minden", "hogy", "nem", "\u{f6}n"],
        openers: &["Nézze csak", "Kipróbálta már?"],
        middles: &["Egyszerűen jó", "Minden nap egy kicsit jobb", "Gonddal készült"],
        closers: &["Most Ön jön", "Próbálja ki"],
        calls: &["Felfedezem", "Tudjon meg többet"],
    },
];

impl Phrases {
    /// Little words that no product's name is made of.
    pub fn telling(&self) -> &'static [&'static str] {
        self.telling
    }
}

/// What else an ad in a language unknown to us says: nothing that needs a dictionary.
static UNKNOWN: Phrases = Phrases {
    code: "und",
    telling: &[],
    // Empty: an ad in such a language has its own words and its name only.
    openers: &["", ""],
    middles: &["", "", ""],
    closers: &["", ""],
    calls: &["OK", "Go"],
};

type Script = fn(char) -> bool;

/// `None` for English, and for text without a hint of any other language.
pub fn detect(text: &str) -> Option<&'static Phrases> {
    let has = |wanted: fn(char) -> bool| text.chars().filter(|c| wanted(*c)).count();
    let letters = has(char::is_alphabetic);
    if letters == 0 {
        return None;
    }
    let latin =
        has(|c| c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}'));
    let by_code = |code: &str| ALL.iter().find(|phrases| phrases.code == code);
    let scripts: [(&str, Script); 8] = [
        ("ja", |c| matches!(c, '\u{3040}'..='\u{30ff}')),
        ("ko", |c| matches!(c, '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}')),
        ("zh", |c| matches!(c, '\u{3400}'..='\u{9fff}')),
        ("ar", |c| matches!(c, '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}')),
        ("he", |c| matches!(c, '\u{590}'..='\u{5ff}')),
        ("hi", |c| matches!(c, '\u{900}'..='\u{97f}')),
        ("th", |c| matches!(c, '\u{e00}'..='\u{e7f}')),
        ("el", |c| matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}')),
    ];
    for (code, script) in scripts {
        // Chinese characters and kana say much in few signs.
        if has(script) * 3 >= letters {
            return by_code(code);
        }
    }
    let cyrillic = has(|c| matches!(c, '\u{400}'..='\u{4ff}')) * 2 > letters;
    if latin * 2 < letters && !cyrillic {
        return Some(&UNKNOWN);
    }
    let written: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_capital = |word: &str| word.starts_with(char::is_uppercase);
    let is_title = written.iter().filter(|word| is_capital(word)).count() * 2 > written.len();
    // "Da Marco" and "La Mer" are names, in whatever language they are used.
    let words: Vec<String> = written
        .iter()
        .enumerate()
        .filter(|(place, word)| *place == 0 || is_title || !is_capital(word))
        .map(|(_, word)| word.to_lowercase())
        .collect();
    let count = |telling: &[&str]| words.iter().filter(|word| telling.contains(&word.as_str())).count();
    // Its own letters settle it where a little word could be of two languages.
    let weight = |phrases: &Phrases| {
        let letters = match phrases.code {
            "de" => "äöüß",
            "fr" => "éèêàçœ",
            "es" => "ñ¿¡",
            "pt" => "ãõ",
            _ => "",
        };
        2 * count(phrases.telling) + usize::from(text.to_lowercase().contains(|c: char| letters.contains(c)))
    };
    let best = ALL.iter().max_by_key(|phrases| weight(phrases)).filter(|phrases| count(phrases.telling) > 0);
    if cyrillic {
        return Some(
            best.filter(|phrases| matches!(phrases.code, "ru" | "uk"))
                .or_else(|| by_code("ru"))
                .unwrap_or(&UNKNOWN),
        );
    }
    best.filter(|phrases| weight(phrases) > 2 * count(ENGLISH_TELLING))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, code: Option<&str>) {
        assert_eq!(detect(text).map(|phrases| phrases.code), code, "{text}");
    }

    #[test]
    fn languages_are_told_apart() {
        check("A vegan serum for tired skin", None);
        check("Gym", None);
        check("A la carte lunch", None);
        check("cold brew coffee", None);
        check("Family pizzeria Da Marco, wood fired, open until 11pm", None);
        check("El Mejor Café Para Empezar Con Ganas", Some("es"));
        check("Frischer Kaffee für müde Eltern mit wenig Zeit", Some("de"));
        check("Fahrradwerkstatt in Köln, Reparatur am selben Tag", Some("de"));
        check("A small café in Leeds", None);
        check("Des bougies artisanales pour les soirées d'hiver", Some("fr"));
        check("Zapatillas ligeras para correr sin dolor", Some("es"));
        check("Свежий кофе для тех, кто рано встаёт", Some("ru"));
        check("قهوة عربية طازجة كل صباح", Some("ar"));
        check("毎朝の淹れたてコーヒー", Some("ja"));
        check("每天早上新鲜的咖啡", Some("zh"));
        check("กาแฟสดทุกเช้า", Some("th"));
        check("हर सुबह ताज़ी चाय", Some("hi"));
        check("ახალი პური", Some("und"));
    }
}
