//! What the owner of a site can do about each kind of failure, for readers of reports.

use super::{Cut, Disguise, FailureKind, TlsFault};

impl FailureKind {
    /// One line of advice.
    pub fn remedy_zh(self) -> &'static str {
        match self {
            Self::NoSuchHost => "请核对域名是否拼写正确、是否到期；已停用的域名应删除链接",
            Self::DnsTrouble => "请检查域名解析服务；也可能是检查方网络问题，请复核",
            Self::Refused => "请检查网站服务是否启动、端口和防火墙是否放行",
            Self::Reset => "请检查服务器、负载均衡和防护设备是否主动断开连接",
            Self::Timeout => "请检查服务器负载和网络线路，确保15秒内能够打开",
            Self::Tls(fault) => fault.remedy_zh(),
            Self::Malformed => "请检查服务器软件和端口配置，确认返回的是网页",
            Self::Forbidden => "链接指向内部网络，公众无法访问，请改为公网地址或删除",
            Self::LineDown => "无需处理，请检查方待网络恢复后复查",
            Self::Ours => "无需处理，请检查方排除自身原因后复查",
        }
    }
}

impl TlsFault {
    /// One line of advice.
    pub fn remedy_zh(self) -> &'static str {
        match self {
            Self::Expired => "请续签并更换安全证书",
            Self::NotYetValid => "请核对服务器时间和证书生效日期",
            Self::WrongName => "请换用包含该域名的安全证书",
            Self::SelfSigned => "请换用受信任机构签发的安全证书",
            Self::IncompleteChain => "请在服务器上补齐中间证书",
            Self::UnknownIssuer => "请补齐中间证书，或换用受信任机构签发的证书",
            Self::TooOld => "请启用TLS 1.2以上协议",
            Self::NoCommonCipher => "请启用TLS 1.2以上协议和现行的加密套件（如ECDHE-RSA-AES128-GCM-SHA256）",
            Self::Other => "请检查安全连接（HTTPS）配置",
        }
    }
}

impl Cut {
    /// One line of advice.
    pub fn remedy_zh(self) -> &'static str {
        match self {
            Self::Glance => "无需处理",
            Self::TooLarge => "请检查页面是否混入大量数据，必要时分页",
            Self::Truncated => "请检查服务器和线路，确保页面能够完整传输",
            Self::Bomb => "请检查页面是否被篡改、程序是否输出大量空白",
            Self::Garbled => "请检查服务器的压缩（Content-Encoding）和分段传输设置",
        }
    }
}

impl Disguise {
    /// One line of advice.
    pub fn remedy_zh(self) -> &'static str {
        match self {
            Self::Page => "请恢复该页面或删除链接；页面不存在时服务器应返回404状态",
            Self::Home | Self::Elsewhere => {
                "请恢复该页面或删除链接；页面不存在时应返回404状态，不应转到其他页面"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::evidence::{FailureKind, TlsFault};

    #[test]
    fn each_kind_of_failure_has_words_and_advice_of_its_own() {
        let tls = [
            TlsFault::Expired,
            TlsFault::NotYetValid,
            TlsFault::WrongName,
            TlsFault::SelfSigned,
            TlsFault::IncompleteChain,
            TlsFault::UnknownIssuer,
            TlsFault::TooOld,
            TlsFault::NoCommonCipher,
            TlsFault::Other,
        ];
        let plain = [
            FailureKind::NoSuchHost,
            FailureKind::DnsTrouble,
            FailureKind::Refused,
            FailureKind::Reset,
            FailureKind::Timeout,
            FailureKind::Malformed,
            FailureKind::Forbidden,
            FailureKind::LineDown,
            FailureKind::Ours,
        ];
        let kinds: Vec<_> = plain.into_iter().chain(tls.map(FailureKind::Tls)).collect();
        for (at, kind) in kinds.iter().enumerate() {
            assert!(kinds[..at].iter().all(|it| it.zh() != kind.zh() && it.remedy_zh() != kind.remedy_zh()));
        }
    }
}
