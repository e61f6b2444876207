#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The configuration that the packages leave after the installation has no default credentials, and opens no service to the
# network without any. A row of the table: files; what a line must match (extended regular expression, case ignored); what
# another line must match too, or -; what is wrong. Lines that are comments do not count.
. "$TOUCHSTONE_SUITE/cases/probe-lib.sh"

cat > "$folder/table" << 'END'
/etc/redis/*.conf /etc/redis.conf	^requirepass +"?(foobared|redis|password|admin|root|123456)"?$	-	a default password
/etc/redis/*.conf /etc/redis.conf	^protected-mode +no	^bind +.*(0\.0\.0\.0|\*|::)	open to the network without a password
/etc/my.cnf /etc/my.cnf.d/*.cnf /etc/mysql/*.cnf /etc/mysql/*/*.cnf	^skip-grant-tables	-	no password is asked for
/etc/postgresql/*/*/pg_hba.conf /var/lib/pgsql/data/pg_hba.conf	^host.*(0\.0\.0\.0/0|::/0|all).* trust( |$)	-	the network is trusted without a password
/etc/mongod.conf /etc/mongodb.conf	bind_?ip[:=] *("?0\.0\.0\.0|.*\*)	authorization: *"?disabled	open to the network without a password
/etc/rabbitmq/*.conf	^loopback_users *= *none	-	the user guest may log in from the network
/etc/rabbitmq/*.conf	^default_pass *= *guest	-	a default password
/etc/elasticsearch/elasticsearch.yml	^xpack\.security\.enabled: *false	-	security is turned off
/etc/grafana/grafana.ini	^admin_password *= *admin$	-	a default password
/etc/zabbix/*.conf	^DBPassword *= *zabbix$	-	a default password
/etc/tomcat*/tomcat-users.xml	^[^!]*password="(tomcat|admin|s3cret|password)"	-	a default password
/etc/vsftpd.conf /etc/vsftpd/vsftpd.conf	^anon_upload_enable *= *yes	^anonymous_enable *= *yes	anybody may upload
/etc/snmp/snmpd.conf	^(rw|ro)community6? +(public|private)	-	a default community
/etc/ssh/sshd_config	^PermitEmptyPasswords +yes	-	an empty password is accepted
END
any='(password|passwd|pass|secret)"? *[:=] *"?(admin|administrator|password|passwd|root|123456|12345678|changeme|default|guest|test)"?[,;]?$'

find_packages
product_files | sort -u > "$folder/paths"

# is_own FILE: the packages have it, or the folder that it lies in, or the one above, below /etc.
is_own() {
    below=${1%/*}
    for place in "$1" "$below" "${below%/*}"; do
        case $place in /etc | /var/lib | /var | '') continue ;; esac
        ! grep -Fqx "$place" "$folder/paths" || return 0
    done
    return 1
}

# lines FILE: its lines without comments and leading blanks.
lines() {
    sed -E 's/^[[:space:]]+//; /^[#;]/d; s/[[:space:]]+/ /g; s/ $//' "$1"
}

{
    # Patterns of the table are expanded on purpose.
    # shellcheck disable=SC2013,SC2086
    for file in $(cut -f 1 "$folder/table"); do [ ! -f "$file" ] || echo "$file"; done
    grep -E '^/(etc|opt|usr/local)/.*\.(conf|cnf|ini|cfg|ya?ml|properties|json|xml|toml|env)$' "$folder/paths" || true
} | sort -u | while read -r file; do
    [ ! -f "$file" ] || ! is_own "$file" || echo "$file"
done > "$folder/configs"
[ -s "$folder/configs" ] || nothing "the packages leave no configuration that is known here"

# Each file is held against the rows that name it, and against the words that are passwords anywhere.
while read -r file; do
    lines "$file" > "$folder/lines"
    wrong=
    # shellcheck disable=SC2254
    while IFS=$tab read -r names first second what; do
        for name in $names; do
            case $file in $name) ;; *) continue ;; esac
            grep -Eqi -e "$first" "$folder/lines" || continue
            [ "$second" = - ] || grep -Eqi -e "$second" "$folder/lines" || continue
            wrong=$what
        done
    done < "$folder/table"
    [ -n "$wrong" ] || ! grep -Eqi -e "$any" "$folder/lines" || wrong='a default password'
    if [ -z "$wrong" ]; then
        ok "$file has no default credentials"
    else
        not_ok "$file has no default credentials" "$wrong"
        observe defaults.found "$file: $wrong"
    fi
done < "$folder/configs"
observe defaults.examined "$(wc -l < "$folder/configs" | tr -d ' ')"
finish
