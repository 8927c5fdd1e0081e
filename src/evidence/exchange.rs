//! One question to one server, and what became of it.

use std::net::SocketAddr;
use std::time::Duration;

use crate::base::{Address, Moment};

/// What is about to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Of whom, for what.
    pub address: Address,
    /// How.
    pub method: Method,
    /// Why: decides limits, and tells a later reader what the answer was for.
    pub purpose: Purpose,
    /// Which attempt at this address this is, from 1.
    pub attempt: u32,
}

/// How a question is put. Nothing but reading: no form is ever sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// The whole answer, up to the limit of size.
    Get,
    /// The headers only; an answer other than 2xx proves nothing.
    Head,
    /// `Range: bytes=0-1023`, cut after that much: enough for status, type and magic bytes.
    Glance,
}

/// Why a question is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// To read a page of the site.
    Page,
    /// To see whether a link works.
    Link,
    /// To learn what robots.txt allows.
    Robots,
    /// To learn addresses from a sitemap.xml.
    Sitemap,
    /// To see how the host answers for a page that cannot exist.
    Calibration,
    /// To see whether the site's own search finds a title that stands on its home page; once a site.
    Search,
}

/// One question and what became of it. Each attempt, each hop of a redirect and each robots.txt is its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// The question.
    pub ask: Ask,
    /// When it was put.
    pub at: Moment,
    /// From asking to the last byte.
    pub took: Duration,
    /// Whom we were connected to, when we were.
    pub remote: Option<SocketAddr>,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a question: an answer, or a failure with its kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The server answered, whatever the status.
    Answered(Answer),
    /// There was no answer. That is evidence too.
    Failed(Failure),
}

/// What a server sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The HTTP status, as sent.
    pub status: u16,
    /// Header names in lower case, values as bytes, in the order sent. Cookies are left out.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body after transfer and content coding; empty for HEAD.
    pub body: Vec<u8>,
    /// Why the body is not whole, when it is not.
    pub cut: Option<Cut>,
    /// What was wrong with the certificate, when the page was read all the same.
    pub tls: Option<TlsFault>,
}

/// Why a body is not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// We stopped on purpose: this was a glance.
    Glance,
    /// It is larger than the limit.
    TooLarge,
    /// The connection ended before the announced length.
    Truncated,
    /// It grew beyond all proportion while being unpacked.
    Bomb,
    /// The coding was broken; what came before is kept.
    Garbled,
}

/// Why there was no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Whose fault, in one word.
    pub kind: FailureKind,
    /// What the libraries said, for the log; English, one line.
    pub detail: String,
}

/// The kinds of failure; [`FailureKind::zh`] has their words for readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureKind {
    /// The name does not exist.
    NoSuchHost,
    /// The name service did not answer: may be our own line.
    DnsTrouble,
    /// Nobody listens there.
    Refused,
    /// The connection broke off.
    Reset,
    /// No answer within the limit of the census, 15 s.
    Timeout,
    /// No secure connection could be agreed on.
    Tls(TlsFault),
    /// The answer was no HTTP.
    Malformed,
    /// The address leads into our own network; we do not go there.
    Forbidden,
    /// Our own line was down: hosts that are known to be up did not answer either.
    LineDown,
    /// Our side: no network, a file that cannot be written, a bug.
    Ours,
}

/// What was wrong with a secure connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TlsFault {
    /// The certificate has run out.
    Expired,
    /// The certificate is not valid yet.
    NotYetValid,
    /// It is for another name.
    WrongName,
    /// It vouches for itself.
    SelfSigned,
    /// An intermediate certificate was not sent.
    IncompleteChain,
    /// It was made by nobody we know.
    UnknownIssuer,
    /// The server speaks only protocols that are no longer safe: SSL, TLS 1.0 or 1.1.
    TooOld,
    /// It speaks a protocol of today, and no method of encryption was agreed on. Old ones are the usual reason, but
    /// not the only one.
    NoCommonCipher,
    /// Something else.
    Other,
}

impl Exchange {
    /// The answer, if there was one.
    pub fn answer(&self) -> Option<&Answer> {
        match &self.outcome {
            Outcome::Answered(answer) => Some(answer),
            Outcome::Failed(_) => None,
        }
    }

    /// Where the answer sends us, when it does and that is a web address.
    ///
    /// Old servers send the Location in the page's encoding: bytes that are no UTF-8 are percent-encoded as they are,
    /// which is what a browser asks for.
    pub fn redirects_to(&self) -> Option<Address> {
        let answer = self.answer()?;
        answer.redirect()?;
        let (_, value) = answer.headers.iter().find(|(name, _)| name == "location")?;
        let href = match std::str::from_utf8(value) {
            Ok(text) => text.to_owned(),
            Err(_) => value
                .iter()
                .map(
                    |byte| {
                        if byte.is_ascii() { char::from(*byte).to_string() } else { format!("%{byte:02X}") }
                    },
                )
                .collect(),
        };
        self.ask.address.join(&href).ok()
    }

    /// The failure, if there was no answer.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.outcome {
            Outcome::Answered(_) => None,
            Outcome::Failed(failure) => Some(failure),
        }
    }
}

impl Answer {
    /// The first header of that name (lower case), as text; bytes that are no UTF-8 are replaced.
    pub fn header(&self, name: &str) -> Option<String> {
        let (_, value) = self.headers.iter().find(|(it, _)| it == name)?;
        Some(String::from_utf8_lossy(value).trim().to_owned())
    }

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether it sends us elsewhere: 301, 302, 303, 307, 308 with a Location.
    pub fn redirect(&self) -> Option<String> {
        matches!(self.status, 301 | 302 | 303 | 307 | 308).then(|| self.header("location")).flatten()
    }

    /// The media type without parameters, lower case; empty when none was sent.
    pub fn media_type(&self) -> String {
        let header = self.header("content-type").unwrap_or_default();
        header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }
}

impl Method {
    /// Whether an answer to this also answers a question put the `other` way: a whole page tells all that a glance
    /// does, and a glance all that a HEAD does.
    pub fn answers(self, other: Self) -> bool {
        let tells = |it| match it {
            Self::Head => 0,
            Self::Glance => 1,
            Self::Get => 2,
        };
        tells(self) >= tells(other)
    }

    /// The word on the wire.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Get | Self::Glance => "GET",
            Self::Head => "HEAD",
        }
    }
}

impl Cut {
    /// For readers of reports.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Glance => "只读取了开头部分",
            Self::TooLarge => "内容过大，只读取了前一部分",
            Self::Truncated => "传输未完成即中断，内容不完整",
            Self::Bomb => "压缩内容解开后异常膨胀，已停止读取",
            Self::Garbled => "压缩或分段编码有误，内容不完整",
        }
    }
}

impl FailureKind {
    /// For readers of reports.
    pub fn zh(self) -> &'static str {
        match self {
            Self::NoSuchHost => "域名不存在",
            Self::DnsTrouble => "域名解析失败",
            Self::Refused => "连接被拒绝",
            Self::Reset => "连接中断",
            Self::Timeout => "超过15秒未打开",
            Self::Tls(fault) => fault.zh(),
            Self::Malformed => "服务器返回的内容不符合HTTP协议",
            Self::Forbidden => "地址指向内部网络，未访问",
            Self::LineDown => "检查方网络中断，未能访问",
            Self::Ours => "检查程序自身原因，未能访问",
        }
    }

    /// What was wrong with the secure connection, when it was that.
    pub fn tls(self) -> Option<TlsFault> {
        match self {
            Self::Tls(fault) => Some(fault),
            _ => None,
        }
    }

    /// Whether the failure says something about the server, rather than about our own line.
    pub fn is_theirs(self) -> bool {
        !matches!(self, Self::DnsTrouble | Self::Forbidden | Self::LineDown | Self::Ours)
    }
}

impl TlsFault {
    /// For readers of reports.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Expired => "安全证书已过期",
            Self::NotYetValid => "安全证书尚未生效",
            Self::WrongName => "安全证书与域名不符",
            Self::SelfSigned => "安全证书为自签名",
            Self::IncompleteChain => "安全证书链不完整",
            Self::UnknownIssuer => "安全证书签发机构不受信任",
            Self::TooOld => "服务器只支持已淘汰的加密协议（TLS 1.1及以下）",
            Self::NoCommonCipher => "未能与服务器商定加密方式",
            Self::Other => "无法建立安全连接",
        }
    }
}
