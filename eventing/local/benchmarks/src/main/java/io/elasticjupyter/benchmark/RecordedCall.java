package io.elasticjupyter.benchmark;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;

/**
 * A request to the API server that can be repeated.
 *
 * @param method the HTTP method
 * @param pathAndQuery the path and query
 * @param headers the headers that affect the response
 * @param body the body, empty for none
 */
record RecordedCall(String method, String pathAndQuery, Map<String, String> headers, byte[] body) {

    HttpRequest.Builder to(URI server) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create(server.toString().replaceAll("/$", "") + pathAndQuery));
        headers.forEach(request::header);
        return request.method(method, body.length == 0
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(body));
    }
}
