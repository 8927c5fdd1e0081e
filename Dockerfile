# Two stages: the compiler stays behind. What is left is the binary, the certificates of authorities, and nothing else.
FROM rust:1.95-bookworm AS build
WORKDIR /build
COPY . .
RUN cargo build --release --locked

# glibc and CA certificates; no shell, no package manager; user 65532.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /build/target/release/govcensus /usr/local/bin/govcensus
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/govcensus"]
