package io.elasticjupyter.reconcile;

import io.elasticjupyter.kubernetes.Labels;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Declares a child of the resources of a kind.
 *
 * @param <R> the kind of the owner
 * @param <C> the type of the child
 */
public final class Child<R extends HasMetadata, C extends HasMetadata> {

    private final Class<C> type;
    private final BiFunction<R, Observed, C> builder;
    private Function<R, String> name = owner -> owner.getMetadata().getName();
    private Predicate<R> wanted = owner -> true;
    private Function<R, Optional<Readiness>> end = owner -> Optional.empty();
    private Predicate<R> controlled = owner -> true;
    private String cureOfTakenName;
    private boolean isWatched;
    private boolean isCreatedOnce;
    private boolean isAppliedLast;

    private Child(Class<C> type, BiFunction<R, Observed, C> builder) {
        this.type = type;
        this.builder = builder;
    }

    /** Declares a child that has its owner's name, and depends on nothing but its owner. */
    public static <R extends HasMetadata, C extends HasMetadata> Child<R, C> child(Class<C> type,
            Function<R, C> builder) {
        return new Child<>(type, (owner, observed) -> builder.apply(owner));
    }

    /**
     * Declares a child that has its owner's name.
     *
     * @param builder returns the child with the fields that matter; {@link #desired} adds the rest of its metadata. It throws a
     *     {@link TerminalException} if the spec cannot work
     */
    public static <R extends HasMetadata, C extends HasMetadata> Child<R, C> child(Class<C> type,
            BiFunction<R, Observed, C> builder) {
        return new Child<>(type, builder);
    }

    /** Sets a name of the child other than its owner's. */
    public Child<R, C> named(Function<R, String> childName) {
        name = childName;
        return this;
    }

    /** Reconciles the owner when the child changes. The child must have its owner's name. */
    public Child<R, C> watched() {
        isWatched = true;
        return this;
    }

    /** Limits the child to owners that meet a condition. For other owners, an existing child is deleted. */
    public Child<R, C> when(Predicate<R> precondition) {
        wanted = precondition;
        return this;
    }

    /**
     * Keeps the child when its owner is deleted, except for owners that meet a condition, and when it is no longer wanted. It has no
     * controller then, and a later owner of the same name uses it again.
     *
     * @param cure how to use an object that has the name of the child and is none, as a part of a sentence
     */
    public Child<R, C> retainedUnless(Predicate<R> deleted, String cure) {
        controlled = deleted;
        cureOfTakenName = cure;
        return this;
    }

    /** Leaves the child as it was created, regardless of changes to the spec. */
    public Child<R, C> createdOnce() {
        isCreatedOnce = true;
        return this;
    }

    /** Applies the child after all others, because it starts processes that need them. Its builder observes the others. */
    public Child<R, C> afterOthers() {
        isAppliedLast = true;
        return this;
    }

    /**
     * Deletes owners that end with the child. Otherwise the child would be created again.
     *
     * @param reason returns why an owner has ended that does not have the child, by its status; empty if the child is yet to be created
     */
    public Child<R, C> endsOwner(Function<R, Optional<Readiness>> reason) {
        end = reason;
        return this;
    }

    /** Returns the desired child, with name, namespace, managed-by label and controller reference. */
    public C desired(R owner, Observed observed) {
        return build(owner, observed, name.apply(owner));
    }

    /** Returns the desired child under another name, for a dry run while the existing one remains. */
    C trial(R owner, Observed observed) {
        return build(owner, observed, name.apply(owner) + "-trial");
    }

    private C build(R owner, Observed observed, String childName) {
        C child = builder.apply(owner, observed);
        child.setMetadata(new ObjectMetaBuilder(Objects.requireNonNullElseGet(child.getMetadata(), ObjectMeta::new))
                .withName(childName)
                .withNamespace(owner.getMetadata().getNamespace())
                .addToLabels(Labels.MANAGED_BY, Labels.ELASTIC_JUPYTER)
                .withOwnerReferences(controlled.test(owner)
                        ? List.of(new OwnerReferenceBuilder(OwnerReferences.controller(owner))
                                .withBlockOwnerDeletion(true).build())
                        : List.of())
                .build());
        return child;
    }

    /** Returns the id of the child of an owner. */
    public ObjectId id(R owner) {
        return ObjectId.beside(owner, type, name.apply(owner));
    }

    /** Returns the type of the child. */
    public Class<C> type() {
        return type;
    }

    boolean isWatched() {
        return isWatched;
    }

    boolean isCreatedOnce() {
        return isCreatedOnce;
    }

    boolean isAppliedLast() {
        return isAppliedLast;
    }

    /** Returns whether the child can outlive its owner. */
    boolean isRetainable() {
        return cureOfTakenName != null;
    }

    /** Returns how to use an object that has the name of the child and is none; empty if it cannot be used. */
    Optional<String> cureOfTakenName() {
        return Optional.ofNullable(cureOfTakenName);
    }

    boolean isWanted(R owner) {
        return wanted.test(owner);
    }

    Optional<Readiness> end(R owner) {
        return end.apply(owner);
    }
}
