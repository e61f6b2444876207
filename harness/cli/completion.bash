# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Completion of touchstone for bash. The build appends the tables.

# Prints the values for a kind of argument, one a line.
_touchstone_names() {
    case $1 in
    *'|'*) tr '|' '\n' <<< "$1" ;;
    IMAGE | PLATFORM | SUITE | LINE | RUN | CELL | FORMAT) "$2" complete "$1" 2> /dev/null ;;
    SURFACE) "$2" abi show 2> /dev/null ;;
    ITEM) printf '%s\n' install function performance stress endurance uninstall extra ;;
    ARCH) printf '%s\n' x86_64 aarch64 ;;
    METHODS) printf '%s\n' agent seed console ;;
    esac
}

_touchstone_complete_kind() {
    case ${1%…} in
    FILE | DISK) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    DIR | REPOSITORY) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
    SUITE)
        [[ $cur != */* ]] || compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -W "$(_touchstone_names SUITE "$2")" -- "$cur"; [[ $cur != */* ]] || compgen -d -- "$cur") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$(_touchstone_names "${1%…}" "$2")" -- "$cur") ;;
    esac
}

_touchstone() {
    local cur=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]} verb='' option='' kind='' word
    local -a items=() kinds=() words=()
    local -i i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ -n $option ]]; then
            [[ $word = '=' ]] || option=
        elif [[ $word = -* ]]; then
            _touchstone_argument "$verb $word"
            [[ -z $kind ]] || option=$word
        elif [[ -z $verb ]]; then
            verb=$word
            _touchstone_commands "$verb"
        elif [[ ${#items[@]} -gt 0 ]]; then
            verb="$verb $word" items=()
        else
            words+=("$word")
        fi
    done
    [[ $cur != '=' ]] || cur=''
    if [[ -n $option ]]; then
        _touchstone_argument "$verb $option"
        _touchstone_complete_kind "$kind" "$program"
        return
    fi
    if [[ -z $verb ]] || [[ ${#items[@]} -gt 0 ]]; then
        _touchstone_commands "$verb"
        [[ $cur != -* ]] || items=(--help --version)
        mapfile -t COMPREPLY < <(compgen -W "${items[*]}" -- "$cur")
    elif [[ $cur = -* ]]; then
        _touchstone_options "$verb"
        mapfile -t COMPREPLY < <(compgen -W "${items[*]}" -- "$cur")
    elif [[ $verb = help ]]; then
        _touchstone_commands "${words[0]-}"
        mapfile -t COMPREPLY < <(compgen -W "${items[*]}" -- "$cur")
    else
        _touchstone_words "$verb"
        i=${#words[@]}
        [[ $i -lt ${#kinds[@]} || ${kinds[*]: -1} != *… ]] || i=$((${#kinds[@]} - 1))
        [[ -z ${kinds[i]-} ]] || _touchstone_complete_kind "${kinds[i]}" "$program"
    fi
}
