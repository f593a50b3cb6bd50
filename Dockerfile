FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/scrumkb . && mkdir /out/data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/scrumkb /scrumkb
COPY --from=build --chown=nonroot:nonroot /out/data /data
ENV SCRUMKB_LISTEN=:8080 SCRUMKB_DATA_DIR=/data
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["/scrumkb"]
CMD ["serve"]
