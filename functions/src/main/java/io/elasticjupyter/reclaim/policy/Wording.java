package io.elasticjupyter.reclaim.policy;

/**
 * What the messages of decisions call the parts of a cluster.
 *
 * @param pod what waits
 * @param node where it fits or not
 * @param on the preposition for that
 * @param queue where it waits
 */
public record Wording(String pod, String node, String on, String queue) {

    /** Pods wait in the scheduler's queue for room on a node. */
    public static final Wording NODES = new Wording("pod", "node", "on", "the scheduler's queue");

    /** Workloads of Kueue wait in its queue for quota in a flavor. */
    public static final Wording FLAVORS = new Wording("Workload", "flavor", "in", "the queue");

    /** Returns a place with its preposition, such as "on node a". */
    public String at(String name) {
        return on + " " + node + " " + name;
    }
}
