/// The completion scripts of the shells: each hands the line to `stemma __complete` and shows what comes back.
enum CompletionScript: String, CaseIterable {
    case bash, zsh, fish

    var text: String {
        switch self {
        case .bash: Self.bashText
        case .zsh: Self.zshText
        case .fish: Self.fishText
        }
    }

    private static let bashText = #"""
        # bash completion for stemma. Install: stemma completion bash > ~/.local/share/bash-completion/completions/stemma
        _stemma() {
            local line=${COMP_LINE:0:COMP_POINT} words=() replies=() reply current kept
            read -ra words <<< "$line"
            [[ $line == *[[:space:]] ]] && words+=("")
            current=${words[${#words[@]} - 1]}
            mapfile -t replies < <("$1" __complete -- "${words[@]:1}" 2> /dev/null)
            # Readline replaces only what follows the last separator of words.
            kept=${current%"${current##*[=:]}"}
            COMPREPLY=()
            for reply in "${replies[@]%%$'\t'*}"; do
                case $reply in
                    :files) mapfile -t COMPREPLY < <(compgen -f -- "${current##*=}"); compopt -o filenames ;;
                    :directories) mapfile -t COMPREPLY < <(compgen -d -- "${current##*=}"); compopt -o filenames ;;
                    *) COMPREPLY+=("${reply#"$kept"}") ;;
                esac
            done
            [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
            return 0
        }
        complete -F _stemma stemma

        """#

    private static let zshText = #"""
        #compdef stemma
        # zsh completion for stemma. Install: stemma completion zsh > a directory of $fpath, as _stemma
        _stemma() {
            local -a plain names
            local reply text meaning
            for reply in "${(@f)$("${words[1]}" __complete -- "${(@Q)words[2,CURRENT]}" 2> /dev/null)}"; do
                case $reply in
                    :files) _files ;;
                    :directories) _files -/ ;;
                    '') ;;
                    *)
                        text=${reply%%$'\t'*} meaning=''
                        [[ $reply == *$'\t'* ]] && meaning=${reply#*$'\t'}
                        if [[ $text == *= ]]; then names+=("$text"); else plain+=("${text//:/\\:}:$meaning"); fi ;;
                esac
            done
            (( ${#names} )) && compadd -S '' -- "${names[@]}"
            (( ${#plain} )) && _describe stemma plain
            return 0
        }
        if [[ ${funcstack[1]} == _stemma ]]; then _stemma "$@"; else compdef _stemma stemma; fi

        """#

    private static let fishText = #"""
        # fish completion for stemma. Install: stemma completion fish > ~/.config/fish/completions/stemma.fish
        function __stemma_complete
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            for reply in ($words[1] __complete -- $words[2..-1] "$current" 2> /dev/null)
                switch $reply
                    case :files
                        __fish_complete_path "$current"
                    case :directories
                        __fish_complete_directories "$current"
                    case '*'
                        echo $reply
                end
            end
        end
        complete -c stemma -f -a '(__stemma_complete)'

        """#
}
