#compdef touchstone
# SPDX-License-Identifier: Apache-2.0
# Completion of touchstone for zsh. The build appends the tables.

_touchstone_complete_kind() {
    local -a names
    case ${1%…} in
    *'|'*) names=(${(s:|:)1}) ;;
    FILE|DISK) _files; return ;;
    DIR|REPOSITORY) _files -/; return ;;
    IMAGE|PLATFORM|SUITE|LINE|RUN|CELL|FORMAT) names=(${(f)"$(_call_program names ${(q)2} complete ${1%…} 2> /dev/null)"}) ;;
    SURFACE) names=(${(f)"$(_call_program names ${(q)2} abi show 2> /dev/null)"}) ;;
    ITEM) names=(install function performance stress endurance uninstall extra) ;;
    ARCH) names=(x86_64 aarch64) ;;
    METHODS) names=(agent seed console) ;;
    esac
    compadd -- $names
    [[ ${1%…} != SUITE ]] || _files -/
}

_touchstone() {
    local verb option kind word program=$words[1]
    local -a items kinds given
    local -i i
    for ((i = 2; i < CURRENT; i++)); do
        word=$words[i]
        if [[ -n $option ]]; then
            option=
        elif [[ $word = -* ]]; then
            _touchstone_argument "$verb $word"
            [[ -z $kind ]] || option=$word
        elif [[ -z $verb ]]; then
            verb=$word
            _touchstone_commands "$verb"
        elif (( $#items )); then
            verb="$verb $word" items=()
        else
            given+=("$word")
        fi
    done
    if [[ -z $option && $PREFIX = --*=* ]]; then
        option=${PREFIX%%=*}
        compset -P '*='
    fi
    if [[ -n $option ]]; then
        _touchstone_argument "$verb $option"
        _touchstone_complete_kind "$kind" "$program"
    elif [[ $PREFIX = -* ]]; then
        _touchstone_options "$verb"
        (( $#items )) || items=('--help:Print help' '--version:Print the version')
        _describe -o option items
    elif [[ -z $verb ]] || (( $#items )); then
        _touchstone_commands "$verb"
        _describe command items
    elif [[ $verb = help ]]; then
        _touchstone_commands "$given[1]"
        _describe command items
    else
        _touchstone_words "$verb"
        i=$(( $#given + 1 ))
        [[ $i -le $#kinds || $kinds[-1] != *… ]] || i=$#kinds
        [[ -z $kinds[i] ]] || _touchstone_complete_kind "$kinds[i]" "$program"
    fi
}
