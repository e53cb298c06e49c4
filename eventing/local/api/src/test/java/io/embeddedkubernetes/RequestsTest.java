package io.embeddedkubernetes;

import static io.embeddedkubernetes.ApiClient.CONFIG_MAPS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.embeddedkubernetes.json.JsonTrees;
import org.junit.jupiter.api.Test;

/** Requests beside those for resources, and requests that cannot be read. */
class RequestsTest extends ContractTest {

    @Test
    void answersHealthVersionAndUnknownPaths() {
        assertThat(client.raw("GET", "/readyz", "", "*/*", null).body()).isEqualTo("ok");
        assertThat(client.get("/version").text("gitVersion")).startsWith("v1.36.");
        for (var path : new String[]{"/api/v1/nothings", "/api/v9", "/apis/apps/v1/nothings"}) {
            var reply = client.get(path);
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.message()).isEqualTo("the server could not find the requested resource");
        }
        for (var path : new String[]{"/nothing", "/apis/no.group", "/apis/no.group/v1/things"}) {
            var reply = client.get(path);
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.message()).isEqualTo("404 page not found\n");
        }
    }

    @Test
    void turnsBrokenBodiesIntoStatuses() {
        var broken = client.send("POST", CONFIG_MAPS, "application/json", "{nonsense");
        assertThat(broken.status()).isEqualTo(400);
        assertThat(broken.text("kind")).isEqualTo("Status");
        assertThat(broken.text("reason")).isEqualTo("BadRequest");
        var large = client.send("POST", CONFIG_MAPS, "application/json", " ".repeat(3 * 1024 * 1024 + 1));
        assertThat(large.status()).isEqualTo(413);
        assertThat(large.text("reason")).isEqualTo("RequestEntityTooLarge");
    }

    @Test
    void describesItselfInOpenApiVersion2() {
        client.installWidgets();
        // A real server gathers what definitions bring a moment later.
        ApiClient.await(() -> client.get("/openapi/v2").at("definitions").has("com.example.v1.Widget"));
        var document = client.get("/openapi/v2").body();
        assertThat(document.path("swagger").asText()).isEqualTo("2.0");
        var widget = document.path("definitions").path("com.example.v1.Widget");
        assertThat(JsonTrees.text(widget, "properties", "spec", "properties", "mode", "type")).isEqualTo("string");
        assertThat(widget.path("x-kubernetes-group-version-kind")).isEqualTo(JsonTrees.parse(
                "[{\"group\":\"example.com\",\"kind\":\"Widget\",\"version\":\"v1\"}]"));
        var patch = document.path("paths").path("/apis/apps/v1/namespaces/{namespace}/deployments/{name}")
                .path("patch");
        assertThat(patch.path("consumes").valueStream().map(JsonNode::asText)).contains("application/json-patch+json",
                "application/merge-patch+json", "application/strategic-merge-patch+json",
                "application/apply-patch+yaml");
        assertThat(patch.path("parameters").findValuesAsText("name")).contains("fieldValidation");
    }

    @Test
    void writesOpenApiVersion2AsProtobuf() {
        var accept = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
        var answer = client.raw("GET", "/openapi/v2", "", accept, null);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValue("application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
        assertThat(answer.body()).startsWith("\n\u00032.0").contains("io.k8s.api.apps.v1.Deployment");
        assertThat(client.raw("GET", "/openapi/v2", "", "text/html", null).statusCode()).isEqualTo(406);
    }
}
