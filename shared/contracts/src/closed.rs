//! Closed sets of words: one enum and one spelling, in JSON, in databases and in text.

/// Declares an enum whose values are snake-case words on the wire, in `Display` and in `FromStr`.
macro_rules! closed_set {
    ($(#[$doc:meta])* $name:ident { $($(#[$word:meta])* $variant:ident,)+ }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
            strum::Display, strum::EnumString, strum::AsRefStr, strum::IntoStaticStr,
            strum::EnumIter,
        )]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        #[strum(serialize_all = "snake_case")]
        pub enum $name {
            $($(#[$word])* $variant,)+
        }
    };
}

pub(crate) use closed_set;
