package io.elasticjupyter.integration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A step in the history of a namespace: a change, or the delivery or loss of an event.
 *
 * @param what the kind of step
 * @param kind the kind of the resource
 * @param name the name of the resource
 * @param variant the index of the spec, child or event, modulo their number
 */
record Step(What what, String kind, String name, int variant) {

    /** The kinds of steps. */
    enum What {
        /** A user applies a resource; its event is in flight. */
        APPLY,
        /** A user deletes a resource; its event is in flight. */
        DELETE,
        /** The garbage collector deletes the dependents of deleted resources. */
        COLLECT,
        /** A user deletes a child. */
        DELETE_CHILD,
        /** A user overwrites fields of the functions in a child. */
        OVERWRITE_CHILD,
        /** A Deployment is rolled out, or a kernel's pod starts. */
        START_CHILD,
        /** An event in flight is delivered, in any order. */
        DELIVER,
        /** An event in flight is delivered, and will be delivered again. */
        DELIVER_TWICE,
        /** An event in flight is lost. */
        LOSE
    }

    /** In the order in which a user would apply them. */
    static final List<String> KINDS = List.of("JupyterKernelTemplate", "JupyterKernelSpec", "JupyterGateway",
            "JupyterNotebook", "JupyterKernel");

    private static final Map<String, List<String>> SPECS = Map.of(
            "JupyterKernelTemplate", List.of(
                    "{template: {spec: {containers: [{name: kernel, image: 'elyra/kernel-py:3.3.0'}]}}}"),
            "JupyterKernelSpec", List.of("{image: 'elyra/kernel-py:3.3.0'}",
                    "{template: {name: one}, displayName: One, env: [{name: A, value: b}]}",
                    "{command: [start, '{kernel_id}'], className: some.Proxy, language: R}"),
            "JupyterGateway", List.of("{}", "{kernels: [one, two], logLevel: DEBUG}",
                    "{kernels: [one], resources: {limits: {cpu: 2}}, cullIdleTimeout: 60}", "{image: other}"),
            "JupyterNotebook", List.of("{}", "{gateway: {name: one}, auth: {token: t}}", "{auth: {password: p}}",
                    "{auth: {mode: disable}, template: {metadata: {labels: {team: a}}}}",
                    "{resources: {limits: {memory: 1Gi}}, template: {spec: {containers: [{name: notebook, image: n},"
                            + " {name: side, image: s}]}}}",
                    "{template: {spec: {volumes: [{name: v, emptyDir: {}}], containers: [{name: notebook, image: 'n:1',"
                            + " readinessProbe: {httpGet: {path: /api, port: 8888}}}]}}}",
                    "{template: {spec: {volumes: [{name: v, secret: {secretName: s}}], containers: [{name: notebook,"
                            + " image: 'n:2', readinessProbe: {exec: {command: [look]}}}]}}}"),
            "JupyterKernel", List.of("{template: {spec: {containers: [{name: kernel, image: k}]}}}",
                    "{templateRef: {name: one}}"));

    private static final List<String> NAMES = List.of("one", "two");

    private static final List<What> OFTEN = List.of(What.APPLY, What.APPLY, What.APPLY, What.APPLY, What.DELETE,
            What.COLLECT, What.DELETE_CHILD, What.OVERWRITE_CHILD, What.START_CHILD, What.DELIVER, What.DELIVER,
            What.DELIVER, What.DELIVER_TWICE, What.LOSE, What.LOSE);

    /** Returns a sequence of five to twenty-four steps. */
    static List<Step> sequence(Random random) {
        List<Step> steps = new ArrayList<>();
        int length = 5 + random.nextInt(20);
        for (int i = 0; i < length; i++) {
            What what = OFTEN.get(random.nextInt(OFTEN.size()));
            String kind = KINDS.get(random.nextInt(KINDS.size()));
            String name = NAMES.get(random.nextInt(NAMES.size()));
            // A notebook and a gateway of the same name both need a Service of that name; the first one gets it.
            steps.add(new Step(what, kind, kind.equals("JupyterNotebook") ? "notebook-" + name : name,
                    random.nextInt(1000)));
        }
        return steps;
    }

    /** Returns the resource to apply. */
    String yaml() {
        List<String> specs = SPECS.get(kind);
        return """
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: %s
                metadata: {name: %s}
                spec: %s
                """.formatted(kind, name, specs.get(variant % specs.size()));
    }

    @Override
    public String toString() {
        return switch (what) {
            case APPLY -> what + " " + yaml().lines().skip(1).map(String::strip).reduce((a, b) -> a + " " + b).get();
            case DELETE -> what + " " + kind + " " + name;
            case COLLECT -> what.toString();
            default -> what + " number " + variant;
        };
    }
}
