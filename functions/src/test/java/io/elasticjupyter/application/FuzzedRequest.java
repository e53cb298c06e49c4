package io.elasticjupyter.application;

import io.elasticjupyter.event.RecordedEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A recorded request with one to four changes.
 *
 * @param bytes the bytes of the request
 * @param whole whether the headers and the length are valid, so that a response is required on this connection
 */
record FuzzedRequest(byte[] bytes, boolean whole) {

    private static final List<String> FUNCTIONS = List.of("reconcileNotebook", "reconcileGateway",
            "reconcileKernelSpec", "reconcileKernel", "cullKernels", "resync", "deadLetter", "kernelSessions");

    private static final List<String> PATHS = List.of("/", "//", "/nothing", "/resync/../cullKernels",
            "/functionRouter", "/reconcileNotebook/x",
            "/reconcileNotebook?a=b", "/%2e%2e/etc/passwd", "/reconcileNotebook%00", "/%ff", "/actuator/env",
            "/actuator/health", "/error", "/reconcileNotebook;a=b", "/..;/reconcileNotebook", "*",
            "/" + "a".repeat(5000),
            "/reconcileNotebook,resync", "/reconcileNotebook|resync");

    private static final List<String> METHODS = List.of("GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE",
            "CONNECT", "BREW", "post");

    private static final List<String> CONTENT_TYPES = List.of("application/cloudevents+json",
            "application/cloudevents-batch+json", "application/cloudevents+avro", "text/plain", "nonsense", "", "a/b;",
            "application/json; charset=nowhere", "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x", "multipart/form-data", "application/cloudevents+json; charset=utf-16");

    private static final List<String> VALUES = List.of("", " ", "null", "{}", "[]", "-1", "1e400", "true", "../..",
            "a/b",
            "%00", "\u00e4\u00f6", "x".repeat(10_000), "dev.knative.apiserver.resource.add",
            "dev.knative.apiserver.ref.delete", "dev.knative.sources.ping", "0.3", "2.0", "default", "kube-system",
            "JupyterGateway", "JupyterKernelTemplate", "Deployment", "v1", "kubeflow.tkestack.io/v2", "http://[", "{0}",
            "a?watch=true", "a#x", "a..b", "/apis/v1/namespaces/a?watch=1/pingsources/x",
            "/apis/v1/namespaces/../pingsources/x", "io.elasticjupyter.reconciled", "${jndi:ldap://x}",
            "#{T(java.lang.Runtime)}");

    private static final List<String> NAMES = List.of("ce-specversion", "ce-id", "ce-type", "ce-source", "ce-kind",
            "ce-name", "ce-namespace", "ce-apiversion", "ce-time", "ce-subject", "ce-dataschema", "ce-Upper",
            "ce-under_score", "ce-knativeerrordest", "ce-knativeerrorcode", "ce-knativeerrordata", "ce-eventkey", "ce-",
            "accept", "accept-encoding", "content-encoding", "expect", "range", "cookie", "x-forwarded-host",
            "x-http-method-override", "if-match", "origin", "host");

    private static final Pattern JSON_VALUE = Pattern.compile(":(\"[^\"]*\"|[0-9]+|true|false|null|\\{\\}|\\[\\])");

    /** Returns the request with a seed. */
    static FuzzedRequest of(List<RecordedEvent> recorded, long seed) {
        Random random = new Random(seed);
        RecordedEvent event = pick(recorded, random);
        Draft draft = new Draft(event, pick(FUNCTIONS, random));
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            draft.change(random);
        }
        return draft.request(random);
    }

    /** Returns whether the server may close the connection without a response, because the request cannot be read to its end. */
    boolean mayBeClosed() {
        return !whole;
    }

    /** Returns whether all internals in a response come from the request. */
    boolean explains(String text, Pattern internals) {
        String sent = new String(bytes, StandardCharsets.ISO_8859_1);
        Matcher found = internals.matcher(text);
        while (found.find()) {
            if (!sent.contains(found.group())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.length() > 3_000 ? text.substring(0, 3_000) + "…" : text;
    }

    private static <T> T pick(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    /**
     * A response.
     *
     * @param status the status; 0 for a closed connection, {@link #WITHOUT_STATUS} for HTTP/0.9
     * @param text the headers and the body
     */
    record Reply(int status, String text) {

        /** Represents a missing status. */
        static final int WITHOUT_STATUS = 9;
    }

    /** A request under construction. */
    private static final class Draft {

        private String method = "POST";
        private String path;
        private final List<Map.Entry<String, String>> headers = new ArrayList<>();
        private byte[] body;
        private int lie;
        private boolean chunked;
        private boolean garbled;

        Draft(RecordedEvent event, String function) {
            path = "/" + function;
            headers.add(Map.entry("Host", "localhost"));
            event.headers().forEach((name, value) -> headers.add(Map.entry(name, value)));
            body = event.body().getBytes(StandardCharsets.UTF_8);
        }

        void change(Random random) {
            switch (random.nextInt(20)) {
                case 0 -> method = pick(METHODS, random);
                case 1 -> path = pick(PATHS, random);
                case 2, 3 -> headers.set(1 + random.nextInt(headers.size() - 1),
                        Map.entry(headers.get(random.nextInt(headers.size())).getKey(), pick(VALUES, random)));
                case 4 -> headers.remove(1 + random.nextInt(headers.size() - 1));
                case 5, 6 -> headers.add(Map.entry(pick(NAMES, random), pick(VALUES, random)));
                case 7 -> headers.add(Map.entry("Content-Type", pick(CONTENT_TYPES, random)));
                case 8 -> {
                    headers.removeIf(header -> header.getKey().equalsIgnoreCase("content-type"));
                    headers.add(Map.entry("Content-Type", pick(CONTENT_TYPES, random)));
                }
                case 9, 10, 11 -> flip(random);
                case 12 -> body = Arrays.copyOf(body, random.nextInt(body.length + 1));
                case 13, 14, 15 -> jsonValue(random);
                case 16 -> body = structured(random).getBytes(StandardCharsets.UTF_8);
                case 17 -> body = ("{\"a\":".repeat(500 + random.nextInt(3000))).getBytes(StandardCharsets.UTF_8);
                case 18 -> chunked = true;
                default -> rarely(random);
            }
        }

        /** Changes that are expensive to process. */
        private void rarely(Random random) {
            switch (random.nextInt(12)) {
                case 0 -> body = new byte[random.nextInt(4 * 1024 * 1024)];
                case 1 -> lie = random.nextInt(200) - 100;
                case 2 -> garbled = true;
                case 3 -> headers.add(Map.entry("ce-" + "x".repeat(30), "y".repeat(20_000)));
                default -> jsonValue(random);
            }
        }

        private void flip(Random random) {
            for (int i = 0; i < 1 + random.nextInt(4) && body.length > 0; i++) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
        }

        private void jsonValue(Random random) {
            String text = new String(body, StandardCharsets.UTF_8);
            List<int[]> places = new ArrayList<>();
            Matcher value = JSON_VALUE.matcher(text);
            while (value.find()) {
                places.add(new int[]{value.start(1), value.end(1)});
            }
            if (!places.isEmpty()) {
                int[] place = pick(places, random);
                String other = pick(VALUES, random);
                body = (text.substring(0, place[0]) + (random.nextBoolean() ? other : "\"" + other + "\"")
                        + text.substring(place[1])).getBytes(StandardCharsets.UTF_8);
            }
        }

        private String structured(Random random) {
            headers.removeIf(header -> header.getKey().equalsIgnoreCase("content-type"));
            headers.add(Map.entry("Content-Type", "application/cloudevents+json"));
            return """
                    {"specversion":"1.0","id":"1","source":"/x","type":"%s","kind":"%s","%s":"%s","data%s":%s}"""
                    .formatted(
                            pick(VALUES, random), pick(VALUES, random),
                            pick(List.of("time", "subject", "datacontenttype",
                                    "namespace", "Name", "a-b", "data", "id"), random),
                            pick(VALUES, random), random.nextBoolean() ? "" : "_base64",
                            random.nextBoolean()
                                    ? new String(body, StandardCharsets.UTF_8)
                                    : "\"" + pick(VALUES, random) + "\"");
        }

        FuzzedRequest request(Random random) {
            StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
            headers.forEach(
                    header -> head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n"));
            head.append(chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + Math.max(0, body.length + lie))
                    .append("\r\n\r\n");
            byte[] first = head.toString().getBytes(StandardCharsets.UTF_8);
            if (garbled) {
                for (int i = 0; i < 3; i++) {
                    first[random.nextInt(first.length)] = (byte) random.nextInt(256);
                }
            }
            ByteArrayOutputStream all = new ByteArrayOutputStream(first.length + body.length + 32);
            all.writeBytes(first);
            if (chunked && body.length > 0) {
                all.writeBytes((Integer.toHexString(body.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                all.writeBytes(body);
                all.writeBytes("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } else if (chunked) {
                all.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } else {
                all.writeBytes(body);
            }
            return new FuzzedRequest(all.toByteArray(), lie == 0 && !garbled && !method.equals("CONNECT"));
        }
    }
}
