def passwd(passphrase):
    return "argon2:$argon2id$v=19$hash-of-" + str(len(passphrase)) + "-characters"
