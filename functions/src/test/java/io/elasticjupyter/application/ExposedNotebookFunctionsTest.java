package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Notebooks that are reached from outside the cluster. */
class ExposedNotebookFunctionsTest extends FunctionsTest {

    private static final String BY_ROUTE = "{expose: {host: ada.example.com, httpRoute: {parentRef: {name: web}}}}";

    private static final String ROUTES = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: httproutes.gateway.networking.k8s.io, annotations: {api-approved.kubernetes.io: "test"}}
            spec:
              group: gateway.networking.k8s.io
              scope: Namespaced
              names: {kind: HTTPRoute, listKind: HTTPRouteList, plural: httproutes, singular: httproute}
              versions:
              - name: v1
                served: true
                storage: true
                schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;

    @BeforeEach
    @AfterEach
    void nothing() {
        for (var type : List.of(JupyterNotebook.class, Deployment.class, Ingress.class)) {
            client.resources(type).inNamespace("default").delete();
        }
        client.resources(CustomResourceDefinition.class).withName("httproutes.gateway.networking.k8s.io").delete();
    }

    @Test
    void theIngressFollowsTheSpecAndIsDeletedWithTheField() throws Exception {
        create("{expose: {host: ada.example.com, path: /ada, ingress: {}}}");
        assertThat(reconcile().path("outcome").asText()).isEqualTo("created");
        assertThat(ingress().getMetadata().getOwnerReferences()).singleElement()
                .satisfies(owner -> assertThat(owner.getUid()).isEqualTo(notebook().getMetadata().getUid()));
        assertThat(notebook().getStatus().url()).isEqualTo("http://ada.example.com/ada/");
        api.clearRequests();
        assertThat(reconcile().path("outcome").asText()).isEqualTo("unchanged");
        assertThat(api.requests()).allMatch(request -> request.method().equals("GET"));

        merge("{\"spec\":{\"expose\":null}}");
        reconcile();

        assertThat(ingress()).isNull();
        assertThat(notebook().getStatus().url()).isEqualTo("http://ada.default.svc:8888");
    }

    @Test
    void theAddressOfTheControllerArrivesByAnEventAndADeletedIngressIsCreatedAgain() throws Exception {
        create("{expose: {path: /ada, ingress: {}}}");
        reconcile();
        client.network().v1().ingresses().inNamespace("default").withName("ada")
                .editStatus(found -> new IngressBuilder(found).withNewStatus().withNewLoadBalancer().addNewIngress()
                        .withHostname("lb.example.com").endIngress().endLoadBalancer().endStatus().build());

        calls.reconcile("reconcileNotebook", Ingress.class, "ada");
        assertThat(notebook().getStatus().url()).isEqualTo("http://lb.example.com/ada/");

        client.network().v1().ingresses().inNamespace("default").withName("ada").delete();
        calls.reconcile("reconcileNotebook", Ingress.class, "ada");
        assertThat(ingress()).isNotNull();
    }

    @Test
    void theOlderOfTwoNotebooksKeepsHostAndPath() throws Exception {
        String spec = "{expose: {host: ada.example.com, path: /x%s, ingress: {}}}";
        create("aaa", spec.formatted(""));
        calls.reconcile("reconcileNotebook", JupyterNotebook.class, "aaa");
        create("ada", spec.formatted("/"));

        reconcile();

        assertThat(exposed("ada").getReason()).isEqualTo("HostAndPathTaken");
        assertThat(exposed("ada").getMessage()).contains("JupyterNotebook 'aaa'");
        calls.reconcile("reconcileNotebook", JupyterNotebook.class, "aaa");
        assertThat(exposed("aaa").getReason()).isEqualTo("NoAddress");

        client.resources(JupyterNotebook.class).inNamespace("default").withName("aaa").delete();
        calls.post("reconcileNotebook", "dev.knative.apiserver.ref.delete",
                Serialization.asJson(Map.of("kind", "JupyterNotebook", "apiVersion", "kubeflow.tkestack.io/v1alpha1",
                        "namespace", "default", "name", "aaa")));
        assertThat(exposed("ada").getReason()).isEqualTo("NoAddress");
    }

    @Test
    void anIngressOfSomebodyElseIsNotTouched() throws Exception {
        client.resource("""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: ada, namespace: default}
                spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
                """).create();
        create("{expose: {host: ada.example.com, ingress: {}}}");

        assertThat(reconcile().path("reason").asText()).isEqualTo("NameTaken");

        assertThat(ingress().getSpec().getDefaultBackend().getService().getName()).isEqualTo("web");
        merge("{\"spec\":{\"expose\":null}}");
        reconcile();
        assertThat(ingress()).isNotNull();
    }

    @Test
    void withoutTheGatewayApiTheServerRunsAndTheConditionNamesTheMissingKind() throws Exception {
        create(BY_ROUTE);

        JsonNode report = reconcile();

        assertThat(report.path("reason").asText()).isEqualTo("KindNotInstalled");
        assertThat(report.path("message").asText()).contains("HTTPRoute (gateway.networking.k8s.io/v1)")
                .contains("remove the field");
        assertThat(client.apps().deployments().inNamespace("default").withName("ada").get()).isNotNull();

        client.resource(ROUTES).create();
        assertThat(reconcile().path("reason").asText()).isEqualTo("PodsNotReady");
        assertThat(client.resources(HTTPRoute.class).inNamespace("default").withName("ada").get()).isNotNull();
        api.clearRequests();
        assertThat(reconcile().path("outcome").asText()).isEqualTo("unchanged");
        assertThat(api.requests()).allMatch(request -> request.method().equals("GET"));
        merge("{\"spec\":{\"expose\":{\"httpRoute\":null,\"ingress\":{}}}}");
        reconcile();
        assertThat(client.resources(HTTPRoute.class).inNamespace("default").withName("ada").get()).isNull();
        assertThat(ingress()).isNotNull();
    }

    private Condition exposed(String name) {
        return Conditions.of(client.resources(JupyterNotebook.class).inNamespace("default").withName(name).get()
                .getStatus()).find("Exposed").orElseThrow();
    }

    private void create(String spec) {
        create("ada", spec);
    }

    private void create(String name, String spec) {
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: %s, namespace: default}
                spec: %s
                """.formatted(name, spec)).create();
    }

    private JsonNode reconcile() throws Exception {
        return calls.reconcile("reconcileNotebook", JupyterNotebook.class, "ada");
    }

    private void merge(String patch) {
        client.resources(JupyterNotebook.class).inNamespace("default").withName("ada")
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    private JupyterNotebook notebook() {
        return client.resources(JupyterNotebook.class).inNamespace("default").withName("ada").get();
    }

    private Ingress ingress() {
        return client.network().v1().ingresses().inNamespace("default").withName("ada").get();
    }
}
