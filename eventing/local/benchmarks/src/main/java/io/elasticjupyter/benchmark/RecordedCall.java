package io.elasticjupyter.benchmark;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;

/**
 * A request to the API server, to be sent again.
 *
 * @param method HTTP method
 * @param pathAndQuery what of the server was asked
 * @param headers those that change the answer
 * @param body empty for none
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
